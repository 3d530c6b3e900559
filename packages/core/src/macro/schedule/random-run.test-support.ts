import fc from 'fast-check';
import { macroSpec, type Chip, type MacroScheme } from '../../chip/index.ts';
import { integers, layerCases, type LayerCase } from '../../counting/random-layer.test-support.ts';
import type { CodeFormat, MacLayer, ThresholdNode } from '../../network/index.ts';
import { chipPreset } from '../../presets/index.ts';
import { createMacro, type Macro } from '../machine.ts';

/** What a chip of these tests differs in from `zhu2020`. */
export interface ChipSketch {
  readonly scheme: MacroScheme;
  readonly entries: number;
  readonly weightVectors: number;
  readonly activationVectors: number;
  readonly partialSums: number;
  readonly rescaleSlots: number;
  readonly windowVectors: number;
  readonly windowOverheadCycles: number;
}

/** A chip wide enough for every layer of these tests. */
export function sketchChip(
  sketch: ChipSketch,
  formats: { readonly weight: CodeFormat; readonly activation: CodeFormat },
): Chip {
  const base = chipPreset('zhu2020');
  const { geometry, timing, limits } = base;
  const weightSystem = formats.weight.system === 'twos-complement' ? 'twos-complement' : 'sign-magnitude';
  return {
    ...base,
    name: 'sketch',
    scheme: { ...base.scheme, name: sketch.scheme },
    formats: {
      weight: {
        system: { ...base.formats.weight.system, name: weightSystem },
        bits: { ...base.formats.weight.bits, value: formats.weight.bits },
      },
      activation: {
        ...base.formats.activation,
        bits: { ...base.formats.activation.bits, value: formats.activation.bits },
      },
    },
    geometry: {
      entries: { ...geometry.entries, value: sketch.entries },
      weightVectors: { ...geometry.weightVectors, value: sketch.weightVectors },
      activationVectors: { ...geometry.activationVectors, value: sketch.activationVectors },
      partialSums: { ...geometry.partialSums, value: sketch.partialSums },
      partialSumBits: { ...geometry.partialSumBits, value: 18 },
    },
    timing: {
      rescaleSlots: { ...timing.rescaleSlots, value: sketch.rescaleSlots },
      windowVectors: { ...timing.windowVectors, value: sketch.windowVectors },
      windowOverheadCycles: { ...timing.windowOverheadCycles, value: sketch.windowOverheadCycles },
    },
    limits: { ...limits, maxDigits: { ...limits.maxDigits, value: 8 } },
  };
}

export const chipSketches: fc.Arbitrary<ChipSketch> = fc
  .record({
    scheme: fc.constantFrom(
      'ordered-pairs' as const,
      'unordered-pairs' as const,
      'distinct-products' as const,
      'weight-bit-planes' as const,
    ),
    entries: fc.integer({ min: 8, max: 40 }),
    weightVectors: fc.integer({ min: 1, max: 5 }),
    activationVectors: fc.integer({ min: 1, max: 4 }),
    partialSums: fc.integer({ min: 1, max: 9 }),
    rescaleSlots: fc.integer({ min: 0, max: 2 }),
    windowVectors: fc.integer({ min: 1, max: 3 }),
    windowOverheadCycles: fc.integer({ min: 0, max: 3 }),
  })
  // A circuit needs a second vector, or a rescale slot to load in.
  .filter((c) => c.rescaleSlots > 0 || Math.min(c.weightVectors, c.activationVectors) > 1);

/** A random layer with one image on a random macro of the layer's entry formats. */
export interface RunCase extends LayerCase {
  readonly chip: Chip;
  readonly macro: Macro;
}

export const runCases: fc.Arbitrary<RunCase> = fc.tuple(layerCases, chipSketches).map(([found, sketch]) => {
  const chip = sketchChip(sketch, found.formats);
  const codes = found.codes.subarray(0, found.codes.length / found.images);
  return { ...found, images: 1, codes, chip, macro: createMacro(macroSpec(chip)) };
});

/** Thresholds of `bits` bits in the reach of a layer's sums, a direction and an extreme now and then. */
export function thresholdNode(layer: MacLayer, bits: number, rows: number, seed: number): ThresholdNode {
  const next = integers(seed);
  const steps = 2 ** bits - 1;
  const direction = Int8Array.from({ length: rows }, () => (next(2) === 0 ? 1 : -1));
  const thresholds = new Int32Array(rows * steps);
  for (let row = 0; row < rows; row++) {
    const values = Array.from({ length: steps }, () =>
      next(8) === 0 ? [-(2 ** 31), 2 ** 31 - 1][next(2)] : next(201) - 100,
    );
    thresholds.set(
      values.sort((a, b) => (a - b) * direction[row]),
      row * steps,
    );
  }
  return { kind: 'threshold', id: 'codes', input: layer.id, bits, thresholds, direction };
}
