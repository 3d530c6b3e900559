import { z } from 'zod';
import { FIGURE_LABELS, type SameType } from '../units/index.ts';
import type { RunReport } from './run-report.ts';
import { uncertaintySchema } from './uncertainty.ts';

const count = z.number().nonnegative();
const integer = z.int().nonnegative();
const fraction = z.number().min(0).max(1);

const format = z
  .strictObject({
    system: z.enum(['unsigned', 'sign-magnitude', 'twos-complement']),
    bits: z.int().min(1).max(8),
  })
  .readonly();

const traffic = z
  .strictObject({
    macroReads: count,
    macroWrites: count,
    memoryReads: count,
    memoryWrites: count,
    bitsPerElement: count,
    memoryBits: count,
  })
  .readonly();

const figures = {
  macs: integer,
  paddingMacs: integer,
  vectors: integer,
  utilisation: fraction,
  searches: integer,
  multiplications: count,
  reduction: count,
  accumulations: integer,
  thresholdComparisons: integer,
  cycles: count,
  timeNs: count,
  opsPerCycle: count,
  gops: count,
  energy: z
    .strictObject({ byComponentPj: z.record(z.string(), count).readonly(), totalPj: count })
    .readonly(),
  actions: z
    .strictObject({
      searchedBits: count,
      matches: count,
      classMultiplications: count,
      rescales: count,
      accumulations: count,
      thresholdComparisons: count,
      loadedBits: count,
      cycles: count,
    })
    .readonly(),
  topsPerWatt: count,
  pairCounts: z
    .strictObject({
      pairs: integer,
      paddingPairs: integer,
      zeroWeightPairs: integer,
      zeroActivationPairs: integer,
      zeroBothPairs: integer,
      nonzeroPairs: integer,
    })
    .readonly(),
  weightSparsity: fraction,
  activationSparsity: fraction,
  pairSparsity: fraction,
  schemes: z
    .array(
      z
        .strictObject({
          scheme: z.string(),
          title: z.string(),
          searches: integer,
          multiplications: count,
          reduction: count,
          matches: integer,
        })
        .readonly(),
    )
    .readonly(),
  dataflows: z
    .array(
      z
        .strictObject({
          dataflow: z.string(),
          weights: traffic,
          activations: traffic,
          partialSums: traffic,
          memoryBits: count,
          memoryEnergyPj: count,
        })
        .readonly(),
    )
    .readonly(),
};

const layer = z
  .strictObject({
    ...figures,
    id: z.string(),
    kind: z.enum(['conv', 'fully-connected']),
    inputShape: z.array(integer).readonly(),
    outputShape: z.array(integer).readonly(),
    weightFormat: format,
    activationFormat: format,
    digits: z
      .strictObject({
        weightDigitBits: integer,
        weightDigits: integer,
        activationDigitBits: integer,
        activationDigits: integer,
        passes: integer,
      })
      .readonly(),
    dotProductLength: integer,
    classMatches: z
      .array(
        z
          .strictObject({ name: z.string(), value: z.number(), positive: integer, negative: integer })
          .readonly(),
      )
      .readonly(),
    activationLevels: z.array(integer).readonly(),
    weightLevels: z.strictObject({ minLevel: z.int(), counts: z.array(integer).readonly() }).readonly(),
    partialSumBound: integer,
    partialSumBits: integer,
    vectorSumBits: integer,
  })
  .readonly();

const operations = {
  comparisons: integer,
  additions: integer,
  multiplications: integer,
  poolings: integer,
  moves: integer,
};

const nodeKind = z.enum([
  'conv',
  'fully-connected',
  'threshold',
  'affine',
  'add',
  'relu',
  'max-pool',
  'average-pool',
  'global-average-pool',
  'flatten',
  'pad',
  'slice',
  'concat',
  'upsample',
]);

const host = z
  .strictObject({
    byKind: z.array(z.strictObject({ ...operations, kind: nodeKind, nodes: integer }).readonly()).readonly(),
    total: z.strictObject(operations).readonly(),
    chargedComparisons: integer,
  })
  .readonly();

const simulated = z
  .strictObject({
    image: integer,
    cycles: integer,
    energyPj: count,
    terms: z
      .array(
        z
          .strictObject({
            name: z.string(),
            component: z.string(),
            count: integer,
            of: z.string(),
            energyPj: z.number(),
            label: z.enum(FIGURE_LABELS),
            how: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    dataDependentPj: z.number(),
    label: z.enum(FIGURE_LABELS),
  })
  .readonly();

/** Schema of {@link RunReport}; `runReportJsonSchema()` is its published form. */
export const runReportSchema = z
  .strictObject({
    kind: z.literal('tally-run-report'),
    formatVersion: z.literal(1),
    toolVersion: z.string(),
    network: z.strictObject({ name: z.string(), hash: z.string() }).readonly(),
    chip: z.strictObject({ name: z.string(), scheme: z.string(), entries: integer }).readonly(),
    tech: z.strictObject({ name: z.string(), nodeNm: z.number().positive() }).readonly(),
    dataset: z.strictObject({ name: z.string(), images: integer }).readonly(),
    operatingPoint: z
      .strictObject({ voltageV: z.number().positive(), clockMHz: z.number().positive() })
      .readonly(),
    images: integer,
    top1: fraction.nullable(),
    layers: z.array(layer).readonly(),
    total: z.strictObject(figures).readonly(),
    host,
    sources: z
      .array(z.strictObject({ figure: z.string(), label: z.enum(FIGURE_LABELS), how: z.string() }).readonly())
      .readonly(),
    uncertainty: uncertaintySchema.nullable(),
    simulated: simulated.optional(),
    notes: z.array(z.string()).readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof runReportSchema>, RunReport>;

/** JSON Schema (draft 2020-12) of `tally run --json`. */
export function runReportJsonSchema(): Record<string, unknown> {
  return { title: 'Tally run report', ...z.toJSONSchema(runReportSchema) };
}
