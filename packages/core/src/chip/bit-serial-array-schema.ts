import { z } from 'zod';
import { throwIfAny, type Issue } from '../diagnostics/index.ts';
import { SOURCE_LABELS, type SameType } from '../units/index.ts';
import type { BitSerialArray } from './bit-serial-array.ts';
import { quantity } from './quantity.ts';
import { parseDocument } from './schema-issues.ts';

const text = z.string().min(1);
const volts = z.number().min(0.1).max(10);

/** Schema of {@link BitSerialArray}. */
export const bitSerialArraySchema = z
  .strictObject({
    kind: z.literal('tally-bit-serial-array'),
    formatVersion: z.literal(1),
    name: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
    title: text,
    citation: text,
    node: quantity('nm', { min: 1, max: 1000 }),
    geometry: z
      .strictObject({
        rows: quantity('cell', { min: 1, max: 65_536, integer: true }),
        columns: quantity('cell', { min: 1, max: 65_536, integer: true }),
        carryCells: quantity('cell', { min: 0, max: 64, integer: true }),
      })
      .readonly(),
    supply: z
      .strictObject({
        value: volts,
        low: volts,
        high: volts,
        unit: z.literal('V').transform((): string => 'V'),
        source: text,
        label: z.enum(SOURCE_LABELS),
      })
      .readonly(),
    published: z
      .strictObject({
        efficiencies: z
          .array(
            z
              .strictObject({
                bits: z.int().min(1).max(16),
                topsPerWatt: quantity('TOPS/W', { min: 1e-6, max: 1e6 }),
              })
              .readonly(),
          )
          .min(1)
          .readonly(),
        areaMm2: quantity('mm2', { min: 1e-6, max: 1e4 }).nullable(),
      })
      .readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof bitSerialArraySchema>, BitSerialArray>;

function checkArray({ geometry, supply, published }: BitSerialArray, sourceName: string): readonly Issue[] {
  const issues: Issue[] = [];
  if (supply.low > supply.value || supply.high < supply.value) {
    issues.push({
      code: 'supply-outside-range',
      path: `${sourceName}: supply.value`,
      message: `is ${supply.value} V, must lie between low and high, ${supply.low} to ${supply.high} V`,
      remedy: 'widen the range, or correct the supply',
    });
  }
  published.efficiencies.forEach(({ bits }, i) => {
    const path = `${sourceName}: published.efficiencies.${i}.bits`;
    const cells = bits + geometry.carryCells.value;
    const first = published.efficiencies.findIndex((one) => one.bits === bits);
    if (cells > geometry.rows.value) {
      issues.push({
        code: 'column-mac-too-tall',
        path,
        message: `is ${bits}: a column MAC of ${bits} + ${geometry.carryCells.value} cells, must fit the ${geometry.rows.value} rows`,
        remedy: 'correct the geometry or the precision',
      });
    }
    if (first !== i) {
      issues.push({
        code: 'duplicate-precision',
        path,
        message: `is ${bits}, which published.efficiencies.${first} has already`,
        remedy: 'give each precision once',
      });
    }
  });
  return issues;
}

/**
 * A bit-serial array, checked.
 *
 * @param document parsed JSON
 * @param sourceName file name, for the errors
 * @throws TallyError with all issues at once: those of the schema, or `supply-outside-range`,
 *   `column-mac-too-tall`, `duplicate-precision`
 */
export function parseBitSerialArray(document: unknown, sourceName: string): BitSerialArray {
  const array = parseDocument<BitSerialArray>(bitSerialArraySchema, document, sourceName);
  throwIfAny(checkArray(array, sourceName));
  return array;
}
