import { readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Age from which what a build left behind was left by one that was killed. */
const LEFT_MS = 24 * 3600 * 1000;

/** Ends the names of folders in which models are being built. */
export const BUILDING = '.tmp';

/**
 * Where models are kept between runs: in `tally/cosim` below XDG_CACHE_HOME or, as the XDG base directory specification
 * has it where that is not set, empty or relative, below ~/.cache.
 */
export function modelCache(): string {
  const set = process.env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(set) ? set : join(homedir(), '.cache'), 'tally', 'cosim');
}

/** Removes what killed builds left in a cache more than a day ago. What cannot be removed stays. */
export function pruneModelCache(cache: string, now = Date.now()): void {
  try {
    for (const name of readdirSync(cache).filter((one) => one.endsWith(BUILDING))) {
      const path = join(cache, name);
      const left = statSync(path, { throwIfNoEntry: false });
      if (left !== undefined && now - left.mtimeMs > LEFT_MS) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // There is no cache yet, or it belongs to somebody else.
  }
}
