import { z } from 'zod';
import type { ImportedMapping } from '../interchange/index.ts';
import { layerMappingSchema } from '../mapping/index.ts';
import type { SameType } from '../units/index.ts';
import { accessCountsSchema, machineSchema, mappingProblemSchema } from './mapping-parts-schema.ts';

/** Remarks on a foreign file: place, what stands there, why the counts do without it or differ. */
const remarks = z
  .array(z.strictObject({ path: z.string(), what: z.string(), why: z.string() }).readonly())
  .readonly();

/** Schema of {@link ImportedMapping}. */
export const importedMappingSchema = z
  .strictObject({
    kind: z.literal('imported-mapping'),
    formatVersion: z.literal(1),
    format: z.enum(['timeloop', 'zigzag']),
    layers: z
      .array(
        z
          .strictObject({
            name: z.string(),
            problem: mappingProblemSchema,
            machine: machineSchema,
            mapping: layerMappingSchema,
            counts: accessCountsSchema,
          })
          .readonly(),
      )
      .readonly(),
    unused: remarks,
    differences: remarks,
  })
  .readonly();

true satisfies SameType<z.infer<typeof importedMappingSchema>, ImportedMapping>;

/** JSON Schema (draft 2020-12) of `tally count --json`. */
export function importedMappingJsonSchema(): Record<string, unknown> {
  return { title: 'Tally imported mapping', ...z.toJSONSchema(importedMappingSchema) };
}
