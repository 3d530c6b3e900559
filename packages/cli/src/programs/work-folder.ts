import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const remove = (folder: string): void => {
  // A program that was just ended may write a last file.
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
};

/** Does work in a folder that is made for it and removed behind it, also when this process is interrupted. */
export async function inFolder<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  const removeIt = (): void => {
    remove(folder);
  };
  process.once('exit', removeIt);
  try {
    mkdirSync(folder, { recursive: true });
    return await work(folder);
  } finally {
    process.off('exit', removeIt);
    removeIt();
  }
}

/** The same in a new folder among the system's temporary ones. */
export function inTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  return inFolder(mkdtempSync(join(tmpdir(), prefix)), work);
}
