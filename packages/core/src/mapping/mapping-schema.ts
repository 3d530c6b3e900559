import { z } from 'zod';
import { parseDocument } from '../chip/index.ts';
import type { SameType } from '../units/index.ts';
import { LOOPS, type LayerMapping, type NetworkMapping } from './mapping.ts';

const size = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const namedHash = z
  .strictObject({
    name: z.string().min(1),
    hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  })
  .readonly();

/** Schema of {@link LayerMapping}: shape and types; whether it fits a problem and a machine, `checkMapping` says. */
export const layerMappingSchema = z
  .strictObject({
    order: z.array(z.enum(LOOPS)).readonly(),
    tile: z.strictObject({ outputs: size, rows: size, columns: size, channels: size }).readonly(),
    split: z.strictObject({ outputs: size, pixels: size }).readonly(),
    macro: z
      .strictObject({ dataflow: z.string().min(1), outputs: size, pixels: size, chunks: size })
      .readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof layerMappingSchema>, LayerMapping>;

/** Schema of {@link NetworkMapping}. */
export const networkMappingSchema = z
  .strictObject({
    kind: z.literal('tally-mapping'),
    formatVersion: z.literal(1),
    network: namedHash,
    system: namedHash,
    chip: namedHash,
    batch: size,
    layers: z
      .array(
        z
          .strictObject({
            id: z.string().min(1),
            mapping: layerMappingSchema,
            keeps: z.strictObject({ input: z.boolean(), results: z.boolean() }).readonly().optional(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof networkMappingSchema>, NetworkMapping>;

/**
 * A mapping file, its shape checked; `checkNetworkMapping` says whether it is of this network, chip and system and legal.
 *
 * @param document parsed JSON
 * @param sourceName file name, for the errors
 * @throws TallyError with all issues of the schema at once (as `parseChip`)
 */
export function parseMapping(document: unknown, sourceName: string): NetworkMapping {
  return parseDocument<NetworkMapping>(networkMappingSchema, document, sourceName);
}
