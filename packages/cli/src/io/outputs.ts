import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '@tally/core';

/** A file to write, and what it shall hold. */
export interface Output {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * Refuses, before any work is done, an output path that cannot be written.
 *
 * @throws TallyError `output-not-writable`
 */
export function checkWritable(path: string): void {
  const folder = dirname(path);
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch {
    return fail(
      'output-not-writable',
      path,
      `the folder ${folder} does not exist`,
      `create it first: mkdir -p ${folder}`,
    );
  }
  if (!isFolder) {
    fail('output-not-writable', path, `${folder} is not a folder`, 'name a file in an existing folder');
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    fail(
      'output-not-writable',
      path,
      `the folder ${folder} is not writable for this user`,
      'name another folder',
    );
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    fail(
      'output-not-writable',
      path,
      'it is a folder, not a file',
      `name a file in it, as in ${join(path, 'result')}`,
    );
  }
}

/**
 * The folders to make before files can lie in `folder`, outermost first; none where it is there.
 *
 * @throws TallyError `output-not-writable`: a file stands in its place, or the folder that it would lie in is not writable
 */
export function missingFolders(folder: string): readonly string[] {
  const missing: string[] = [];
  let at = folder;
  let found = statSync(at, { throwIfNoEntry: false });
  while (found === undefined && dirname(at) !== at) {
    missing.unshift(at);
    at = dirname(at);
    found = statSync(at, { throwIfNoEntry: false });
  }
  if (found?.isDirectory() !== true)
    fail('output-not-writable', folder, `${at} is a file, a folder is expected`, 'name a folder');
  try {
    accessSync(at, constants.W_OK);
  } catch {
    fail(
      'output-not-writable',
      folder,
      `the folder ${at} is not writable for this user`,
      'name another folder',
    );
  }
  return missing;
}

/**
 * Refuses, before any work is done, outputs that cannot be written, that share a file, or that would
 * replace an input. Paths are compared with symbolic links resolved.
 *
 * @param inputs files that the command reads; those that do not exist are no hindrance
 * @param folders that are made before anything is written, see {@link missingFolders}
 * @throws TallyError `output-not-writable`, `outputs-collide`, `output-is-input`
 */
export function checkOutputs(
  outputs: readonly string[],
  inputs: readonly string[] = [],
  folders: readonly string[] = [],
): void {
  const coming = new Set(folders.map((folder) => resolve(folder)));
  outputs.filter((path) => !coming.has(resolve(dirname(path)))).forEach(checkWritable);
  const taken = new Map<string, string>();
  for (const path of outputs) {
    if (coming.has(resolve(path)))
      fail('outputs-collide', path, 'is the folder that other outputs go to', 'name a file');
    const real = realPath(path);
    const other = taken.get(real);
    if (other !== undefined) {
      fail(
        'outputs-collide',
        path,
        `is the same file as the output ${other}, each output needs a file of its own`,
        'name different files',
      );
    }
    taken.set(real, path);
    const input = inputs.find((candidate) => realPath(candidate) === real);
    if (input !== undefined) {
      fail(
        'output-is-input',
        path,
        `is the same file as the input ${input}, an output must not replace an input`,
        'name another file to write',
      );
    }
  }
}

/** The absolute path without symbolic links, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const absolute = resolve(path);
    const folder = dirname(absolute);
    return folder === absolute ? absolute : join(realPath(folder), basename(absolute));
  }
}

/** A file on its way to its target. */
interface Staged {
  readonly path: string;
  readonly temporary: string;
  /** What was at the target before; null where nothing was. */
  backup: string | null;
}

/**
 * Writes all files or none: each goes to a temporary file beside its target and is flushed to the
 * disk; only when all are there are they renamed into place. A reader never sees half a file. When a
 * rename fails, the targets renamed before it get back what they held. Only where that fails too, or
 * the process is killed between two renames, are some files new and others old, each of them whole.
 *
 * @param folders to make first, outermost first; see {@link missingFolders}
 * @throws TallyError `outputs-collide`, `output-not-writable` with every temporary file, and every folder made, removed again
 */
export function writeAllAtomically(outputs: readonly Output[], folders: readonly string[] = []): void {
  checkOutputs(
    outputs.map(({ path }) => path),
    [],
    folders,
  );
  const staged: Staged[] = [];
  const renamed: Staged[] = [];
  const made: string[] = [];
  let current = '';
  try {
    for (const folder of folders) {
      current = folder;
      if (mkdirSync(folder, { recursive: true }) !== undefined) made.unshift(folder);
    }
    for (const { path, content } of outputs) {
      current = path;
      const temporary = temporaryBeside(path);
      staged.push({ path, temporary, backup: null });
      writeFlushed(temporary, content);
    }
    // Nothing is renamed after the last one, so it never has to be taken back.
    for (const file of staged.slice(0, -1)) {
      current = file.path;
      if (lstatSync(file.path, { throwIfNoEntry: false }) === undefined) continue;
      file.backup = temporaryBeside(file.path);
      keep(file.path, file.backup);
    }
    for (const file of staged) {
      current = file.path;
      renameSync(file.temporary, file.path);
      renamed.push(file);
    }
  } catch (error) {
    const lost = renamed.filter((file) => !takenBack(file)).map(({ path }) => path);
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    for (const { path, backup } of staged) {
      if (backup !== null && !lost.includes(path)) rmSync(backup, { force: true });
    }
    made.forEach(removeEmpty);
    const reason = error instanceof Error ? error.message : String(error);
    const replaced = lost.length === 0 ? '' : `; already written and not taken back: ${lost.join(', ')}`;
    return fail(
      'output-not-writable',
      current,
      `writing failed: ${reason}${replaced}`,
      'free space or name another path',
    );
  }
  for (const { backup } of staged) if (backup !== null) rmSync(backup, { force: true });
  for (const folder of new Set(staged.map(({ path }) => dirname(path)))) flushFolder(folder);
}

/** A name in the same folder that no other file has. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `.tally-${randomUUID()}.tmp`);
}

/** Gives a file a second name, or where the file system has no hard links, a copy. */
function keep(path: string, backup: string): void {
  try {
    linkSync(path, backup);
  } catch {
    copyFileSync(path, backup, constants.COPYFILE_EXCL);
  }
}

/** Puts back what was at a target before; false where that fails. */
function takenBack({ path, backup }: Staged): boolean {
  try {
    if (backup === null) rmSync(path, { force: true });
    else renameSync(backup, path);
    return true;
  } catch {
    return false;
  }
}

/** Removes a folder that was made; one that somebody else put something into stays. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // not empty, or gone
  }
}

function writeFlushed(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const descriptor = openSync(path, 'wx', 0o666);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the renames durable; some file systems refuse to flush a folder, which is no failure. */
function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // best effort
  }
}
