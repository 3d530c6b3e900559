import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that holds `data/chips`, `data/tech` and `data/images`: the nearest ancestor of this
 * file that does (the repository, or the installed package).
 */
export function dataRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (existsSync(join(folder, 'data', 'chips'))) return join(folder, 'data');
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('data/chips not found above the program: the installation is incomplete');
    folder = parent;
  }
}
