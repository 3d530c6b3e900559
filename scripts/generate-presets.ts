/**
 * Copies the presets of data/chips, data/tech and data/systems into packages/core/src/presets/presets.gen.ts, so that
 * they are ordinary module code: `tsc`, Node, bundlers and browsers all load it, and the published
 * package needs no file beside its `dist`. The JSON stays the source; a test compares the two.
 *
 *     node scripts/generate-presets.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

function presets(folder: string): Record<string, unknown> {
  const names = readdirSync(new URL(`data/${folder}/`, root))
    .filter((file) => file.endsWith('.json'))
    .sort();
  return Object.fromEntries(
    names.map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(new URL(`data/${folder}/${file}`, root), 'utf8')) as unknown,
    ]),
  );
}

const lines = [
  '// Generated from data/chips, data/tech and data/systems by scripts/generate-presets.ts. Do not edit.',
  '',
  `export const CHIP_DOCUMENTS: Readonly<Record<string, unknown>> = ${JSON.stringify(presets('chips'), null, 2)};`,
  '',
  `export const TECH_DOCUMENTS: Readonly<Record<string, unknown>> = ${JSON.stringify(presets('tech'), null, 2)};`,
  '',
  `export const SYSTEM_DOCUMENTS: Readonly<Record<string, unknown>> = ${JSON.stringify(presets('systems'), null, 2)};`,
  '',
];
writeFileSync(new URL('packages/core/src/presets/presets.gen.ts', root), lines.join('\n'));
