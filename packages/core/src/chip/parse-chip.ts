import type { Chip } from './chip.ts';
import { chipSchema } from './chip-schema.ts';
import { checkOperatingPoints } from './clock.ts';
import { parseDocument } from './schema-issues.ts';
import { throwIfAny } from '../diagnostics/index.ts';

/**
 * A chip description, checked. Names of schemes and dataflows are looked up where they are used.
 *
 * @param document parsed JSON
 * @param sourceName file name, for the errors
 * @throws TallyError with all issues at once: those of the schema, or `duplicate-name`, `clock-above-maximum`
 *   and `voltage-below-threshold` of the operating points
 */
export function parseChip(document: unknown, sourceName: string): Chip {
  const chip = parseDocument<Chip>(chipSchema, document, sourceName);
  throwIfAny(checkOperatingPoints(chip, sourceName));
  return chip;
}
