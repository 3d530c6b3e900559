import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '@tally/core';

/** A file of a folder: relative path with slashes, and what it holds. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
}

export interface FolderOptions {
  /** Replace a folder that holds something, if it holds `marker`. */
  readonly force: boolean;
  /** File that every folder of this kind has, so that no other folder is replaced. */
  readonly marker: string;
}

/**
 * Refuses, before any work is done, a folder that cannot be written.
 *
 * @throws TallyError `output-not-writable`, `output-folder-not-empty`, `output-folder-foreign`
 */
export function checkFolder(path: string, { force, marker }: FolderOptions): void {
  const target = resolve(path);
  checkParent(path, dirname(target));
  const entries = entriesOf(path, target);
  if (entries.length === 0) return;
  if (!force) {
    fail(
      'output-folder-not-empty',
      path,
      `the folder is not empty (${entries.slice(0, 3).join(', ')}${entries.length > 3 ? ', ...' : ''}), an output folder starts empty`,
      'name a new folder, or add --force to replace it with all that it holds',
    );
  }
  if (!entries.includes(marker)) {
    fail(
      'output-folder-foreign',
      path,
      `the folder has no ${marker}, --force only replaces a folder that this command wrote`,
      'name another folder, or remove this one yourself',
    );
  }
}

/** The folder is made beside its place and renamed into it: what it is in has to take new names. */
function checkParent(path: string, parent: string): void {
  if (statSync(parent, { throwIfNoEntry: false })?.isDirectory() !== true) {
    fail(
      'output-not-writable',
      path,
      `the folder ${parent} does not exist`,
      `create it first: mkdir -p ${parent}`,
    );
  }
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
  } catch {
    fail(
      'output-not-writable',
      path,
      `the folder ${parent} is not writable for this user`,
      'name a folder elsewhere',
    );
  }
}

/** What an output folder holds now; nothing where it is not there. */
function entriesOf(path: string, target: string): readonly string[] {
  try {
    const there = statSync(target, { throwIfNoEntry: false });
    if (there === undefined) return [];
    if (there.isDirectory()) return readdirSync(target).sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    fail('output-not-writable', path, `the folder cannot be read: ${reason}`, 'name another folder');
  }
  return fail('output-not-writable', path, 'it is a file, not a folder', 'name a folder');
}

/**
 * Writes a whole folder or nothing: all files go to a temporary folder beside the target, which then takes the target's place. What
 * was there before comes back when that fails.
 *
 * @throws TallyError those of {@link checkFolder}; `output-not-writable` with the temporary folder removed again
 */
export function writeFolderAtomically(
  path: string,
  files: readonly FolderFile[],
  options: FolderOptions,
): void {
  checkFolder(path, options);
  const target = resolve(path);
  const beside = (what: string) => join(dirname(target), `.${basename(target)}-${what}-${randomUUID()}`);
  const temporary = beside('new');
  const old = beside('old');
  let replaced = false;
  try {
    for (const file of files) {
      const at = join(temporary, file.path);
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, file.text, { flush: true });
    }
    if (statSync(target, { throwIfNoEntry: false }) !== undefined) {
      renameSync(target, old);
      replaced = true;
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (replaced) renameSync(old, target);
    const reason = error instanceof Error ? error.message : String(error);
    fail('output-not-writable', path, `writing failed: ${reason}`, 'free space or name another folder');
  }
  rmSync(old, { recursive: true, force: true });
}
