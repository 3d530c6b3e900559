import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaFiles } from '../scripts/schemas.ts';

test.each(schemaFiles())('docs/schema/%s is what the code says (npm run build:schemas)', (file, text) => {
  expect(readFileSync(new URL(`../docs/schema/${file}`, import.meta.url), 'utf8')).toBe(text);
});
