import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fail } from '@tally/core';

/**
 * Refuses, before any work is done, a folder that could not be made or written when there is something to keep. It is
 * made then, with the folders above it.
 *
 * @throws TallyError `output-not-writable`
 */
export function checkKeepFolder(path: string): void {
  let there = resolve(path);
  for (;;) {
    const found = statSync(there, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) break;
    if (found !== undefined) {
      fail('output-not-writable', path, `${there} is a file, not a folder`, 'name another folder');
    }
    there = dirname(there);
  }
  try {
    accessSync(there, constants.W_OK);
  } catch {
    fail(
      'output-not-writable',
      path,
      `the folder ${there} is not writable for this user`,
      'name another folder',
    );
  }
}
