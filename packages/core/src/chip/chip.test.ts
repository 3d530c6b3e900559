import { describe, expect, it } from 'vitest';
import { TallyError, type Issue } from '../diagnostics/index.ts';
import { chipPreset } from '../presets/index.ts';
import { checkLayer } from './check-layer.ts';
import { maxClockMHz, operatingPoint } from './clock.ts';
import { digitPlan } from './digit-plan.ts';
import { chipFormats } from './formats.ts';
import { parseChip } from './parse-chip.ts';
import { partialSumBounds, signedBits } from './partial-sums.ts';
import { macroStorage } from './storage.ts';
import { layerTiming } from './timing.ts';
import { convLayer } from '../counting/random-layer.test-support.ts';
import { CHIP_DOCUMENTS } from '../presets/presets.gen.ts';
import type { CodeFormat } from '../network/codes.ts';

const zhu = chipPreset('zhu2020');
const W3: CodeFormat = { system: 'sign-magnitude', bits: 3 };
const W8: CodeFormat = { system: 'sign-magnitude', bits: 8 };
const NINE_CLASSES = { searches: 9, classMultiplications: 9, rescaleSlots: 1, searchedBits: 4 };

/** A square convolution without padding, all weights equal. */
function conv(
  channels: number,
  outChannels: number,
  kernel: number,
  size: number,
  format: CodeFormat,
  bits: number,
  weight = 0,
) {
  return convLayer(
    { shape: [channels, size, size], bits },
    {
      outChannels,
      groups: 1,
      kernel: [kernel, kernel],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      weights: { format, codes: new Int8Array(outChannels * channels * kernel * kernel).fill(weight) },
      bias: null,
    },
  );
}

function timing(layer: ReturnType<typeof conv>) {
  return layerTiming(
    layer,
    digitPlan(chipFormats(zhu), layer.weights.format, layer.inputBits),
    zhu,
    NINE_CLASSES,
  );
}

describe('timing of zhu2020', () => {
  it('takes 92 slots for a 3x3x128 dot product: 25.04 OPs per cycle in steady state', () => {
    // 1,152 entries / 128 = 9 vectors; 9 x (9 + 1) + 2 = 92 slots; 2 x 1,152 / 92 = 25.043;
    // alone, the layer takes 2 more to fill and 7 to drain: 101 cycles
    const one = timing(conv(128, 1, 3, 3, W3, 2));
    expect(one).toMatchObject({ vectors: 9, windows: 1, slots: 92, cycles: 101, utilisation: 1 });
    expect((2 * 1152) / one.slots).toBeCloseTo(25.043, 3);
    expect(((2 * 1152) / one.slots) * 143e-3).toBeCloseTo(3.581, 3); // GOPS; published 3.58
  });

  it('adds a second window for a tenth vector', () => {
    // 1x1x1,153: 10 vectors (the last with 1 entry); 10 x 10 + 2 x 2 = 104, + 9; 1,153 / 1,280 used
    expect(timing(conv(1153, 1, 1, 1, W3, 2))).toMatchObject({
      vectors: 10,
      windows: 2,
      cycles: 113,
      utilisation: 1153 / 1280,
    });
  });

  it('repeats every dot product per digit pass and pixel', () => {
    // 8 b x 8 b: 4 x 4 digits = 16 passes; 3x3x1 = 9 entries -> 1 vector; 2 channels x 4 pixels = 8 outputs
    // 16 x 8 = 128 vectors, each in its own window: 128 x 10 + 128 x 2 = 1,536 slots, + 9
    expect(timing(conv(1, 2, 3, 4, W8, 8))).toMatchObject({
      vectors: 128,
      windows: 128,
      cycles: 1545,
      utilisation: 9 / 128,
    });
  });
});

describe('storage', () => {
  it.each([
    ['zhu2020', 6144, 1024, 192], // 16 x 128 x 3, 4 x 128 x 2, 16 x 12
    ['zhu2020-w3a3', 6144, 768, 448], // 16 x 128 x 3, 2 x 128 x 3, 32 x 14
  ])('%s holds the published 7.36 Kb', (name, weightBits, activationBits, partialSumBits) => {
    expect(macroStorage(chipPreset(name))).toEqual({
      weightBits,
      activationBits,
      partialSumBits,
      total: 7360,
    });
  });
});

describe('clock', () => {
  it('passes through both published points within a tenth of a percent', () => {
    expect(maxClockMHz(zhu, 1.23) / 143).toBeCloseTo(1, 3);
    expect(maxClockMHz(zhu, 1.01) / 40).toBeCloseTo(1, 3);
    expect(maxClockMHz(zhu, 0.8)).toBe(0);
  });

  it('takes the highest clock of a voltage, or a named point', () => {
    expect(operatingPoint(zhu, 'peak-efficiency')).toEqual({ voltageV: 1.01, clockMHz: 40 });
    expect(operatingPoint(zhu, { voltageV: 1.23 }).clockMHz).toBeCloseTo(143, 1);
  });

  it.each([
    [
      { voltageV: 1.01, clockMHz: 100 },
      'clock-above-maximum',
      'operating point.clock',
      "is 100 MHz, must be above 0 and at most 40.00 MHz at 1.01 V on chip 'zhu2020'",
      'lower the clock or raise the voltage',
    ],
    [
      { voltageV: 0.5 },
      'voltage-below-threshold',
      'operating point.voltage',
      "is 0.5 V, must be above the effective threshold 0.87797 V of chip 'zhu2020'",
      'raise the voltage',
    ],
    [
      { voltageV: 1000 },
      'voltage-out-of-range',
      'operating point.voltage',
      "is 1000 V, must be 0.909 to 1.353 V: 10 % around the operating points of chip 'zhu2020'", // 1.01 x 0.9, 1.23 x 1.1
      'choose a voltage in this range, or give the chip a point at yours',
    ],
    [
      { voltageV: 0.9 },
      'voltage-out-of-range',
      'operating point.voltage',
      "is 0.9 V, must be 0.909 to 1.353 V: 10 % around the operating points of chip 'zhu2020'",
      'choose a voltage in this range, or give the chip a point at yours',
    ],
    [
      'turbo',
      'unknown-operating-point',
      'operating point',
      "chip 'zhu2020' has no operating point 'turbo'",
      'use one of peak-throughput, peak-efficiency, or give voltage and clock',
    ],
  ] as const)('refuses %o', (wanted, code, path, message, remedy) => {
    expect(() => operatingPoint(zhu, wanted)).toThrow(new TallyError([{ code, path, message, remedy }]));
  });
});

describe('what a chip can hold', () => {
  it('bounds sums by the larger of positive and negative weights', () => {
    const layer = conv(256, 1, 1, 1, W3, 2, 3);
    const plan = digitPlan(chipFormats(zhu), W3, 2);
    // one vector: 128 x 3 x 3 = 1,152 -> 12 signed bits, fits; two: 2,304 -> 13 bits, outside the macro
    expect(partialSumBounds(layer, plan, 128)).toEqual({ vector: 1152, pass: 2304, total: 2304 });
    expect([signedBits(1152), signedBits(2304)]).toEqual([12, 13]);
    expect(checkLayer(layer, zhu)).toEqual([]);
  });

  it('keeps the worst vector of zhu2020 in 12 bits and the worst 3x3x128 dot product in 15', () => {
    // 9 x 1,152 = 10,368 < 2^14
    expect(signedBits(9 * 1152)).toBe(15);
  });

  it('refuses sums and digits beyond its limits', () => {
    const narrow = {
      ...zhu,
      geometry: { ...zhu.geometry, partialSumBits: { ...zhu.geometry.partialSumBits, value: 11 } },
      limits: {
        accumulatorBits: { ...zhu.limits.accumulatorBits, value: 12 },
        maxDigits: { ...zhu.limits.maxDigits, value: 3 },
      },
    };
    const expected: readonly Issue[] = [
      {
        code: 'too-many-digits',
        path: 'layer.weights',
        message: "8-bit codes split into 4 digits, chip 'zhu2020' handles at most 3",
        remedy: 'quantize the layer to fewer bits, or raise limits.maxDigits of the chip',
      },
      {
        code: 'partial-sum-overflow',
        path: 'layer.weights',
        message:
          "the sum over one vector reaches 1152, which needs 12 signed bits; partial sums of chip 'zhu2020' have 11",
        remedy: 'use narrower operands, or raise geometry.partialSumBits of the chip',
      },
      {
        code: 'accumulator-overflow',
        path: 'layer.weights',
        message:
          "the dot product reaches 97536, which needs 18 signed bits; accumulators of chip 'zhu2020' have 12",
        remedy: 'split the layer, use narrower operands, or raise limits.accumulatorBits of the chip',
      },
    ];
    // 127 = 3 + 3 x 4 + 3 x 16 + 1 x 64; digit 3 x activation digit 3 x 128 = 1,152; 256 x 127 x 3 = 97,536
    expect(checkLayer(conv(256, 1, 1, 1, W8, 2, 127), narrow)).toEqual(expected);
  });
});

describe('parseChip', () => {
  const document = (): Record<string, Record<string, Record<string, unknown>>> =>
    structuredClone(CHIP_DOCUMENTS['zhu2020']) as Record<string, Record<string, Record<string, unknown>>>;

  function issuesOf(broken: unknown): readonly Issue[] {
    try {
      parseChip(broken, 'my-chip.json');
    } catch (error) {
      if (error instanceof TallyError) return error.issues;
      throw error;
    }
    return [];
  }

  it('reports every issue at once, each with path, rule and remedy', () => {
    const chip = document();
    chip['geometry']['entries']['value'] = -128;
    delete chip['geometry']['weightVectors']['label'];
    chip['geometry']['partialSumBits']['value'] = 64;
    chip['timing']['windowOverheadCycles']['unit'] = 'ns';
    chip['timing']['serachCycles'] = {};
    delete (chip as Record<string, unknown>)['citation'];
    expect(issuesOf(chip)).toEqual([
      {
        code: 'field-missing',
        path: 'my-chip.json: citation',
        message: 'is missing, must be string',
        remedy: 'add the field',
      },
      {
        code: 'value-too-small',
        path: 'my-chip.json: geometry.entries.value',
        message: 'is -128, must be at least 1',
        remedy: 'give a larger value',
      },
      {
        code: 'field-missing',
        path: 'my-chip.json: geometry.weightVectors.label',
        message:
          "is missing, must be one of 'published', 'literature', 'synthesised', 'reconstructed', 'calibrated'",
        remedy: 'add the field',
      },
      {
        code: 'value-too-large',
        path: 'my-chip.json: geometry.partialSumBits.value',
        message: 'is 64, must be at most 48',
        remedy: 'give a smaller value',
      },
      {
        code: 'value-not-allowed',
        path: 'my-chip.json: timing.windowOverheadCycles.unit',
        message: `is "ns", must be 'cycle'`,
        remedy: 'use an allowed value',
      },
      {
        code: 'unknown-field',
        path: 'my-chip.json: timing.serachCycles',
        message: 'is not a field of this format',
        remedy: 'remove it, or correct its spelling',
      },
    ]);
  });

  it('refuses a document that is no object', () => {
    expect(issuesOf([])).toEqual([
      { code: 'wrong-type', path: 'my-chip.json', message: 'is [], must be object', remedy: 'give object' },
    ]);
  });

  it('refuses a name of an operating point given twice', () => {
    const chip = document();
    (chip['operatingPoints'] as unknown as { name: string }[])[1].name = 'peak-throughput';
    expect(issuesOf(chip)).toEqual([
      {
        code: 'duplicate-name',
        path: 'my-chip.json: operatingPoints.1.name',
        message: "is 'peak-throughput', which operatingPoints.0 has already",
        remedy: 'give each operating point its own name',
      },
    ]);
  });

  it('refuses an operating point that the voltage does not allow', () => {
    const chip = document();
    (chip['operatingPoints'] as unknown as { clock: { value: number } }[])[1].clock.value = 400;
    expect(issuesOf(chip)).toEqual([
      {
        code: 'clock-above-maximum',
        path: 'my-chip.json: operatingPoints.1.clock',
        message: "is 400 MHz, must be above 0 and at most 40.00 MHz at 1.01 V on chip 'zhu2020'",
        remedy: 'lower the clock or raise the voltage',
      },
    ]);
  });
});
