import { z } from 'zod';
import { SOURCE_LABELS, type SameType } from '../units/index.ts';
import type { Chip } from './chip.ts';
import { quantity } from './quantity.ts';

const text = z.string().min(1);
const name = z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
const whole = (unit: string, min: number, max: number) => quantity(unit, { min, max, integer: true });
const positive = (unit: string, max: number) => quantity(unit, { above: 0, max });

const choice = z.strictObject({ name, source: text, label: z.enum(SOURCE_LABELS) }).readonly();
const system = <const S extends string>(systems: readonly S[]) =>
  z.strictObject({ name: z.enum(systems), source: text, label: z.enum(SOURCE_LABELS) }).readonly();

const published = z
  .strictObject({
    multiplicationReduction: positive('x', 1e6).nullable(),
    macroBits: positive('bit', 1e12).nullable(),
    peakGops: positive('GOPS', 1e9).nullable(),
    peakTopsPerWatt: positive('TOPS/W', 1e6).nullable(),
    areaMm2: positive('mm2', 1e4).nullable(),
    imagenetTop1: positive('%', 100).nullable(),
  })
  .readonly();

/** Schema of {@link Chip}: unknown fields, missing labels and values out of range are refused. */
export const chipSchema = z
  .strictObject({
    kind: z.literal('tally-chip'),
    formatVersion: z.literal(1),
    name,
    title: text,
    citation: text,
    scheme: choice,
    dataflow: choice,
    formats: z
      .strictObject({
        weight: z
          .strictObject({ system: system(['sign-magnitude', 'twos-complement']), bits: whole('bit', 2, 8) })
          .readonly(),
        activation: z.strictObject({ system: system(['unsigned']), bits: whole('bit', 1, 8) }).readonly(),
      })
      .readonly(),
    geometry: z
      .strictObject({
        entries: whole('entry', 1, 65_536),
        weightVectors: whole('vector', 1, 65_536),
        activationVectors: whole('vector', 1, 65_536),
        partialSums: whole('partial sum', 1, 65_536),
        partialSumBits: whole('bit', 2, 48),
      })
      .readonly(),
    timing: z
      .strictObject({
        rescaleSlots: whole('slot', 0, 1024),
        windowVectors: whole('vector', 1, 65_536),
        windowOverheadCycles: quantity('cycle', { min: 0, max: 65_536 }),
      })
      .readonly(),
    limits: z
      .strictObject({ accumulatorBits: whole('bit', 2, 48), maxDigits: whole('digit', 1, 8) })
      .readonly(),
    operatingPoints: z
      .array(z.strictObject({ name, voltage: positive('V', 10), clock: positive('MHz', 1e5) }).readonly())
      .min(1)
      .readonly(),
    voltageFrequency: z
      .strictObject({
        alpha: positive('1', 4),
        thresholdVoltage: quantity('V', { min: 0, max: 10 }),
        gain: positive('MHz', 1e7),
      })
      .readonly(),
    published,
  })
  .readonly();

true satisfies SameType<z.infer<typeof chipSchema>, Chip>;
