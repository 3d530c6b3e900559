import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '@tally/core';

const remove = (folder: string): void => {
  // A program that was just ended may write a last file.
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
};

/**
 * Does work in a folder that is made for it and removed behind it, also when this process is interrupted.
 *
 * @param remedy what to do where the folder cannot be made
 * @throws TallyError `work-folder-not-writable`; what the work throws
 */
export async function inFolder<T>(
  folder: string,
  remedy: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const removeIt = (): void => {
    remove(folder);
  };
  process.once('exit', removeIt);
  try {
    made(folder, remedy, () => mkdirSync(folder, { recursive: true }));
    return await work(folder);
  } finally {
    process.off('exit', removeIt);
    removeIt();
  }
}

/**
 * The same in a new folder among the system's temporary ones.
 *
 * @throws TallyError `work-folder-not-writable`; what the work throws
 */
export async function inTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const remedy = 'set TMPDIR to a folder that you can write, with free space';
  const folder = made(tmpdir(), remedy, () => mkdtempSync(join(tmpdir(), prefix)));
  return inFolder(folder, remedy, work);
}

/** What making a folder gives; a refusal that names the place where that fails. */
function made<T>(place: string, remedy: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail('work-folder-not-writable', place, `no folder to work in can be made: ${reason}`, remedy);
  }
}
