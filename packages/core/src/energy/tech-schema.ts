import { z } from 'zod';
import { parseDocument, quantity } from '../chip/index.ts';
import { SOURCE_LABELS, type SameType } from '../units/index.ts';
import type { TechTable } from './tech-table.ts';

const text = z.string().min(1);
const label = z.enum(SOURCE_LABELS);
const cost = z.number().min(0).max(1e9);

const energy = z
  .strictObject({
    value: cost,
    unit: z.literal('pJ'),
    voltageV: z.number().min(0.1).max(10),
    source: text,
    label,
    how: text,
  })
  .readonly();
const area = z
  .strictObject({ value: cost, unit: z.literal('um2'), source: text, label, how: text })
  .readonly();
const share = quantity('1', { min: 0, max: 1 });

/** Schema of {@link TechTable}: every action and every piece priced, nothing negative. */
export const techSchema = z
  .strictObject({
    kind: z.literal('tally-tech'),
    formatVersion: z.literal(1),
    name: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
    title: text,
    node: quantity('nm', { min: 1, max: 1000 }),
    voltageScaling: z.enum(['square', 'none']),
    energies: z
      .strictObject({
        searchedBits: energy,
        matches: energy,
        classMultiplications: energy,
        rescales: energy,
        accumulations: energy,
        thresholdComparisons: energy,
        loadedBits: energy,
        cycles: energy,
      })
      .readonly(),
    memory: z.strictObject({ readBit: energy, writeBit: energy }).readonly(),
    areas: z
      .strictObject({
        searchableBits: area,
        partialSumBits: area,
        popcountInputs: area,
        multipliers: area,
        adders: area,
        comparators: area,
        rest: area,
      })
      .readonly(),
    calibration: z
      .strictObject({
        chip: text,
        operatingPoint: text,
        target: quantity('TOPS/W', { min: 1e-6, max: 1e6 }),
        weightSparsity: share,
        activationSparsity: share,
      })
      .readonly()
      .nullable(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof techSchema>, TechTable>;

/**
 * A technology table, checked.
 *
 * @param document parsed JSON
 * @param sourceName file name, for the errors
 * @throws TallyError with all issues at once (codes as `parseChip`)
 */
export function parseTech(document: unknown, sourceName: string): TechTable {
  return parseDocument<TechTable>(techSchema, document, sourceName);
}
