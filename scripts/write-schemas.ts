/**
 * Writes the published JSON schemas under docs/schema from the schemas in the code.
 *
 *   npm run build:schemas
 */
import { writeFileSync } from 'node:fs';
import { schemaFiles } from './schemas.ts';

for (const [file, text] of schemaFiles())
  writeFileSync(new URL(`../docs/schema/${file}`, import.meta.url), text);
