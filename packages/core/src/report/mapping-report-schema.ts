import { z } from 'zod';
import { layerMappingSchema, networkMappingSchema } from '../mapping/index.ts';
import { FIGURE_LABELS, type SameType } from '../units/index.ts';
import { accessCountsSchema, machineSchema, mappingProblemSchema } from './mapping-parts-schema.ts';
import type { MappingReport, MappingSearchReport } from './mapping-report.ts';
import { uncertaintySchema } from './uncertainty.ts';

const count = z.number().nonnegative();
const integer = z.int().nonnegative();
const positive = z.int().min(1);
const fraction = z.number().min(0).max(1);
const named = z.strictObject({ name: z.string(), hash: z.string() }).readonly();
const notes = z.array(z.string()).readonly();

const keeps = z.strictObject({ input: z.boolean(), results: z.boolean() }).readonly();

const energy = z
  .strictObject({
    memoryPj: count,
    buffersPj: count,
    wiresPj: count,
    macroPj: count,
    leakagePj: count,
    totalPj: count,
  })
  .readonly();

const layer = z
  .strictObject({
    id: z.string(),
    problem: mappingProblemSchema,
    mapping: layerMappingSchema,
    keeps,
    counts: accessCountsSchema,
    cycles: z.strictObject({ compute: count, memory: count, buffers: z.array(count).readonly() }).readonly(),
    limitedBy: z.string(),
    latencyCycles: count,
    timeNs: count,
    energy,
    edpJs: count,
    utilisation: fraction,
  })
  .readonly();

/** Schema of {@link MappingReport}; formats are checked where they are written. */
export const mappingReportSchema = z
  .strictObject({
    kind: z.literal('tally-mapping-report'),
    formatVersion: z.literal(1),
    toolVersion: z.string(),
    network: named,
    chip: named,
    system: z.strictObject({ name: z.string(), hash: z.string(), macros: positive }).readonly(),
    machine: machineSchema,
    tech: z.strictObject({ name: z.string() }).readonly(),
    operatingPoint: z.strictObject({ voltageV: z.number(), clockMHz: z.number() }).readonly(),
    batch: positive,
    matches: z
      .strictObject({ kind: z.enum(['assumed', 'run']), share: fraction, source: z.string() })
      .readonly(),
    areaMm2: z.strictObject({ macros: count, buffers: count, total: count }).readonly(),
    layers: z.array(layer).readonly(),
    total: z
      .strictObject({
        macs: integer,
        memoryBits: integer,
        bufferBits: integer,
        energy,
        latencyCycles: count,
        timeNs: count,
        edpJs: count,
        topsPerWatt: count,
        gops: count,
      })
      .readonly(),
    uncertainty: uncertaintySchema.nullable(),
    sources: z
      .array(z.strictObject({ figure: z.string(), label: z.enum(FIGURE_LABELS), how: z.string() }).readonly())
      .readonly(),
    notes,
  })
  .readonly();

true satisfies SameType<z.infer<typeof mappingReportSchema>, MappingReport>;

const proof = z
  .strictObject({
    points: integer,
    removedByCapacity: integer,
    removedByOutputsAndChannels: integer,
    removedByTile: integer,
    removedBySplit: integer,
    removedByOrder: integer,
    removedByDominance: integer,
    removedByMacroTile: integer,
    evaluated: integer,
    left: integer,
  })
  .readonly();

const cost = z
  .strictObject({ energyPj: count, latencyCycles: count, memoryBits: integer, bufferBits: integer })
  .readonly();

const traffic = z
  .strictObject({ memoryBits: integer, bufferBits: integer, deliveredBits: integer })
  .readonly();

/** Schema of {@link MappingSearchReport}. */
export const mappingSearchReportSchema = z
  .strictObject({
    kind: z.literal('tally-mapping-search'),
    formatVersion: z.literal(1),
    toolVersion: z.string(),
    network: named,
    chip: named,
    system: named,
    objective: z.enum(['energy', 'latency', 'edp', 'traffic', 'pareto']),
    batch: positive,
    mapping: networkMappingSchema,
    layers: z
      .array(
        z
          .strictObject({
            id: z.string(),
            pareto: z
              .array(z.strictObject({ keeps, mapping: layerMappingSchema, cost }).readonly())
              .readonly()
              .nullable(),
          })
          .readonly(),
      )
      .readonly(),
    searches: z
      .array(
        z
          .strictObject({
            layers: z.array(z.string()).min(1).readonly(),
            keeps,
            proof,
            gap: fraction.nullable(),
          })
          .readonly(),
      )
      .readonly(),
    proof,
    gap: fraction.nullable(),
    searchedLayers: positive,
    alternatives: z
      .array(
        z
          .strictObject({
            name: z.string(),
            title: z.string(),
            layers: z.array(cost.nullable()).readonly(),
            total: cost.nullable(),
            traffic: z
              .strictObject({ weights: traffic, activations: traffic, partialSums: traffic })
              .readonly()
              .nullable(),
          })
          .readonly(),
      )
      .readonly(),
    bestSingleDataflow: z.string().nullable(),
    links: z
      .array(
        z
          .strictObject({
            from: z.string(),
            to: z.string().nullable(),
            tensorBits: integer,
            kept: z.boolean(),
            why: z.string().nullable(),
          })
          .readonly(),
      )
      .readonly(),
    pareto: z
      .array(
        z
          .strictObject({ energyPj: count, latencyCycles: count, choice: z.array(integer).readonly() })
          .readonly(),
      )
      .readonly()
      .nullable(),
    notes,
  })
  .readonly();

true satisfies SameType<z.infer<typeof mappingSearchReportSchema>, MappingSearchReport>;

/** JSON Schema (draft 2020-12) of `tally map --json`. */
export function mappingReportJsonSchema(): Record<string, unknown> {
  return { title: 'Tally mapping report', ...z.toJSONSchema(mappingReportSchema) };
}

/** JSON Schema (draft 2020-12) of `tally map --search-json`. */
export function mappingSearchReportJsonSchema(): Record<string, unknown> {
  return { title: 'Tally mapping search', ...z.toJSONSchema(mappingSearchReportSchema) };
}
