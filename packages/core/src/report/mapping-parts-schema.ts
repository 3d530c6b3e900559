import { z } from 'zod';
import { OPERANDS, type AccessCounts, type Machine, type MappingProblem } from '../mapping/index.ts';
import type { SameType } from '../units/index.ts';

const count = z.number().nonnegative();
const integer = z.int().nonnegative();
const positive = z.int().min(1);

/** Bits of one buffer, or of the memory. */
const bits = z.strictObject({ readBits: integer, writeBits: integer }).readonly();

const axis = z
  .strictObject({
    outputs: positive,
    inputs: positive,
    taps: positive,
    stride: positive,
    dilation: positive,
    padding: integer,
  })
  .readonly();

/** Schema of {@link MappingProblem}. */
export const mappingProblemSchema = z
  .strictObject({
    kind: z.literal('mapping-problem'),
    id: z.string(),
    batch: positive,
    groups: positive,
    outputs: positive,
    channels: positive,
    rows: axis,
    columns: axis,
    weightDigits: positive,
    activationDigits: positive,
    weightBits: positive,
    activationBits: positive,
    resultBits: positive,
  })
  .readonly();

/** Schema of {@link Machine}. */
export const machineSchema = z
  .strictObject({
    kind: z.literal('mapping-machine'),
    name: z.string(),
    macros: positive,
    multicast: z.boolean(),
    macro: z
      .strictObject({
        entries: positive,
        weightRows: positive,
        activationRows: positive,
        accumulators: positive,
        accumulatorBits: positive,
        weightDigitBits: positive,
        activationDigitBits: positive,
        slotsPerStep: positive,
        windowVectors: positive,
        windowOverheadCycles: count,
      })
      .readonly(),
    buffers: z
      .array(
        z
          .strictObject({
            name: z.string(),
            operands: z.array(z.enum(OPERANDS)).readonly(),
            capacityBits: positive,
            bitsPerCycle: count,
            doubleBuffered: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
    bufferOf: z
      .strictObject({
        weights: z.int().min(-1),
        activations: z.int().min(-1),
        partialSums: z.int().min(-1),
      })
      .readonly(),
    memoryBitsPerCycle: count,
  })
  .readonly();

const movement = z
  .strictObject({ reads: integer, writes: integer, readBits: integer, writeBits: integer })
  .readonly();

const operandCounts = z
  .strictObject({
    memory: movement,
    buffer: movement.nullable(),
    macro: movement,
    deliveries: integer,
    deliveredBits: integer,
  })
  .readonly();

/** Schema of {@link AccessCounts}. */
export const accessCountsSchema = z
  .strictObject({
    kind: z.literal('access-counts'),
    macs: integer,
    pairs: integer,
    operands: z
      .strictObject({ weights: operandCounts, activations: operandCounts, partialSums: operandCounts })
      .readonly(),
    memory: bits,
    buffers: z.array(bits).readonly(),
    deliveredBits: integer,
    steps: integer,
    windows: integer,
    busiestSteps: integer,
    busiestWindows: integer,
    computeCycles: count,
  })
  .readonly();

true satisfies SameType<z.infer<typeof mappingProblemSchema>, MappingProblem>;
true satisfies SameType<z.infer<typeof machineSchema>, Machine>;
true satisfies SameType<z.infer<typeof accessCountsSchema>, AccessCounts>;
