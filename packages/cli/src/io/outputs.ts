import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { accessSync, constants } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
 * Writes all files or none: each goes to a temporary file beside its target and is flushed to the
 * disk; only when all are there are they renamed into place. A reader never sees half a file.
 *
 * @throws TallyError `output-not-writable` with every temporary file removed again
 */
export function writeAllAtomically(outputs: readonly Output[]): void {
  for (const { path } of outputs) checkWritable(path);
  const staged: { readonly temporary: string; readonly path: string }[] = [];
  let current = '';
  try {
    for (const { path, content } of outputs) {
      current = path;
      const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
      staged.push({ temporary, path });
      writeFlushed(temporary, content);
    }
    for (const { temporary, path } of staged) {
      current = path;
      renameSync(temporary, path);
    }
  } catch (error) {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    fail('output-not-writable', current, `writing failed: ${reason}`, 'free space or name another path');
  }
  for (const folder of new Set(staged.map(({ path }) => dirname(path)))) flushFolder(folder);
}

function writeFlushed(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const descriptor = openSync(path, 'w', 0o666);
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
