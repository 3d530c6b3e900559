import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
// Imports that exist at run time; `import type` and type-only exports leave none.
const RUNTIME_IMPORT = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'(\.[^']+)'/gm;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('assembly'))
    .map((file) => join(root, folder, file));
}

/** The first cycle of imports found, as paths, or null. */
function findCycle(files: readonly string[]): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, above: readonly string[]): string[] | null => {
    if (above.includes(file)) return [...above.slice(above.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(RUNTIME_IMPORT)) {
      const cycle = visit(join(dirname(file), path), [...above, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of files) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle.map((path) => relative(root, path));
  }
  return null;
}

test.each(['packages/core/src', 'packages/cli/src'])('no import cycle in %s', (folder) => {
  const files = sources(folder);
  expect(files.length).toBeGreaterThan(50);
  expect(findCycle(files)).toBeNull();
});
