import { readFileSync } from 'node:fs';
import { fail, TallyError } from '@tally/core';

/**
 * The bytes of a file.
 *
 * @param what what the file is to the user ("network", "chip"), for the message
 * @throws TallyError `file-missing`, `file-unreadable`
 */
export function readBytes(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) {
      return fail(
        'file-missing',
        path,
        `there is no such ${what} file`,
        'check the path, or run the command that makes it',
      );
    }
    return failUnreadable(error, path, what);
  }
}

/** Whether reading failed because there is no such file. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Refuses a file that is there and cannot be read.
 *
 * @throws TallyError `file-unreadable`
 */
export function failUnreadable(error: unknown, path: string, what: string): never {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EISDIR') {
    return fail('file-unreadable', path, `a ${what} file is expected, this is a folder`, 'name a file in it');
  }
  return fail(
    'file-unreadable',
    path,
    `the ${what} file cannot be read (${code ?? 'unknown reason'})`,
    'check its permissions',
  );
}

/**
 * The value in a JSON file, not yet validated.
 *
 * @throws TallyError `file-missing`, `file-unreadable`, `json-syntax` with line and column
 */
export function readJson(path: string, what: string): unknown {
  const text = Buffer.from(readBytes(path, what)).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(
      'json-syntax',
      path,
      `the ${what} file is not JSON: ${reason}`,
      'mend the syntax; a truncated file ends too early',
    );
  }
}

/** Runs `read` and puts the file's name before the path of every issue it raises. */
export function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    throw new TallyError(
      error.issues.map((issue) => ({
        ...issue,
        path: issue.path.includes(file) ? issue.path : joinPath(file, issue.path),
      })),
    );
  }
}

function joinPath(file: string, path: string): string {
  return path === '' ? file : `${file}: ${path}`;
}
