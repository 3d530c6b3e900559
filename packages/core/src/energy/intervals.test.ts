import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, type ActionCounts } from '../chip/index.ts';
import { chipPreset, techPreset } from '../presets/index.ts';
import { TECH_DOCUMENTS } from '../presets/presets.gen.ts';
import { areaCounts } from './area-counts.ts';
import { evaluateArea, evaluateEnergy } from './evaluate.ts';
import { exactInterval } from './interval.ts';
import { linearFigure, linearInterval, linearSamples, linearSensitivities } from './linear-figure.ts';
import { describeSamples, monteCarlo, percentile, sampleInputs } from './monte-carlo.ts';
import { recalibratedArea, recalibratedEnergy, type EnergyTarget } from './recalibrate.ts';
import { spreadSampler, triangular, uniformStream } from './sampling.ts';
import { sensitivities } from './sensitivity.ts';
import { tableEntries, withValues } from './table-entries.ts';
import { parseTech } from './tech-schema.ts';
import { uncertainInputs, type UncertainInput } from './uncertain-inputs.ts';

const zhu65 = techPreset('zhu2020-65nm');
const inputs = uncertainInputs(zhu65, ['energies']);

/** Counts that differ from action to action. */
const RISING = Object.fromEntries(ACTIONS.map((action, i) => [action, i + 1])) as unknown as ActionCounts;
const energyOf = (tech: typeof zhu65): number => evaluateEnergy(tech, RISING, 1.2).totalPj;

const actionsArbitrary = fc
  .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: ACTIONS.length, maxLength: ACTIONS.length })
  .map(
    (values) =>
      Object.fromEntries(ACTIONS.map((action, i) => [action, values[i]])) as unknown as ActionCounts,
  );

/** A table's inputs at the given shares of their spreads. */
function between(shares: readonly number[], of: readonly UncertainInput[]): ReadonlyMap<string, number> {
  return new Map(of.map(({ path, low, high }, i) => [path, low + shares[i] * (high - low)]));
}

const sharesArbitrary = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 16,
  maxLength: 16,
});

describe('spreads of a table', () => {
  const copy = () =>
    structuredClone(TECH_DOCUMENTS['zhu2020-65nm']) as {
      energies: Record<string, { value: number; low?: number; high?: number; spread?: string }>;
    };

  it('must enclose the typical value and say where they come from, all issues at once', () => {
    const table = copy();
    Object.assign(table.energies['matches'], { low: 1, high: 0 });
    delete table.energies['searchedBits'].spread;
    table.energies['rescales'] = { ...table.energies['rescales'], spread: 'somewhere' };
    delete table.energies['rescales'].low;
    delete table.energies['rescales'].high;
    expect(() => parseTech(table, 'mine.json')).toThrow(
      [
        'mine.json: energies.searchedBits.spread: is missing, low and high need a source [spread-without-source] — say where the ends come from beside the ends, or leave all three out',
        'mine.json: energies.matches.low: is 1, must be at most the typical value 0.02259 [spread-excludes-value] — give the lowest value, or leave it out',
        'mine.json: energies.matches.high: is 0, must be at least the typical value 0.02259 [spread-excludes-value] — give the highest value, or leave it out',
        'mine.json: energies.rescales.spread: stands without low or high [spread-without-source] — say where the ends come from beside the ends, or leave all three out',
      ].join('\n'),
    );
  });

  it('vary every entry that has one but the calibrated', () => {
    expect(inputs.map(({ path }) => path)).toEqual([
      'energies.searchedBits',
      'energies.matches',
      'energies.classMultiplications',
      'energies.rescales',
      'energies.accumulations',
      'energies.thresholdComparisons',
      'energies.loadedBits',
    ]);
    expect(uncertainInputs(zhu65, ['areas']).map(({ path }) => path)).toEqual([
      'areas.searchableBits',
      'areas.popcountInputs',
    ]);
    // One end alone: the other is the typical value.
    expect(
      uncertainInputs(zhu65, ['energies']).find(({ path }) => path.endsWith('loadedBits')),
    ).toMatchObject({ low: 0.0271, typical: 0.0271, high: 0.205, unit: 'pJ' });
    expect(uncertainInputs(techPreset('unit'), ['energies', 'memory', 'areas'])).toEqual([]);
  });

  it('names every entry of a table once and changes only what is asked', () => {
    const paths = tableEntries(zhu65).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toContain('memory.dramBit');
    const changed = withValues(zhu65, new Map([['memory.readBit', 7]]));
    expect(changed).toEqual({
      ...zhu65,
      memory: { ...zhu65.memory, readBit: { ...zhu65.memory.readBit, value: 7 } },
    });
    expect(withValues(zhu65, new Map())).toEqual(zhu65);
  });
});

describe('exactInterval', () => {
  it('is the sum at all low ends and at all high ends for a sum', () => {
    // The counts are 1 to 7 in the order of the inputs, and 8 cycles that stay.
    const sum = (pick: (input: UncertainInput) => number): number =>
      inputs.reduce((total, input, i) => total + (i + 1) * pick(input), 0);
    const cycles = 8 * zhu65.energies.cycles.value * (1.2 / 1.01) ** 2;
    const interval = exactInterval(zhu65, inputs, energyOf);
    expect(interval.low).toBeCloseTo(sum(({ low }) => low) + cycles, 9);
    expect(interval.typical).toBeCloseTo(sum(({ typical }) => typical) + cycles, 9);
    expect(interval.high).toBeCloseTo(sum(({ high }) => high) + cycles, 9);
  });

  it('holds every value between the ends, also for quotients and fitted residuals', () => {
    fc.assert(
      fc.property(actionsArbitrary, actionsArbitrary, sharesArbitrary, (one, other, shares) => {
        const target: EnergyTarget = {
          actions: { ...one, cycles: 1 + one.cycles },
          energyPj: 1e9,
          voltageV: 1.01,
        };
        const figure = (tech: typeof zhu65): number => {
          const table = recalibratedEnergy(tech, target);
          return evaluateEnergy(table, other, 1.1).totalPj / (1 + evaluateEnergy(tech, one, 1.1).totalPj);
        };
        const interval = exactInterval(zhu65, inputs, figure);
        const inside = figure(withValues(zhu65, between(shares, inputs)));
        const slack = 1e-9 * Math.max(1e-12, Math.abs(interval.high));
        expect(inside).toBeGreaterThanOrEqual(interval.low - slack);
        expect(inside).toBeLessThanOrEqual(interval.high + slack);
        expect(interval.low).toBeLessThanOrEqual(interval.typical);
        expect(interval.typical).toBeLessThanOrEqual(interval.high);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses more inputs than it can visit and figures that are not finite', () => {
    const many = Array.from({ length: 15 }, (_, i) => ({ ...inputs[0], path: `energies.x${i}` }));
    expect(() => exactInterval(zhu65, many, energyOf)).toThrow(
      'table zhu2020-65nm: has 15 entries with a spread, an exact interval visits the corners of at most 14 [too-many-uncertain-inputs] — leave out the spreads that matter least',
    );
    expect(() =>
      exactInterval(zhu65, [{ ...inputs[0], low: 0 }], (t) => 1 / t.energies.searchedBits.value),
    ).toThrow(
      "table zhu2020-65nm: gives Infinity at an end of its entries' spreads, a figure must be finite there [figure-not-finite] — give low ends above 0",
    );
  });
});

describe('sensitivities', () => {
  it('are count x spread for a sum, the largest first', () => {
    const found = sensitivities(zhu65, inputs, energyOf);
    const expected = inputs
      .map(({ path, low, high }, i) => [path, (i + 1) * (high - low)] as const)
      .sort((a, b) => b[1] - a[1]);
    expect(found.map(({ path }) => path)).toEqual(expected.map(([path]) => path));
    found.forEach(({ swing, atLow, atHigh }, i) => {
      expect(swing).toBeCloseTo(expected[i][1], 9);
      expect(atHigh - atLow).toBeCloseTo(swing, 12);
    });
  });
});

describe('a figure that is linear in its inputs', () => {
  const target = { actions: RISING, energyPj: 1e3, voltageV: 1.01 };
  const refitted = (tech: typeof zhu65): number => {
    const counts = { ...RISING, matches: 50, cycles: 3 };
    return evaluateEnergy(recalibratedEnergy(tech, target), counts, 1.1).totalPj;
  };

  it.each([
    ['an energy', energyOf, (x: number) => x],
    ['an energy with the residual fitted again', refitted, (x: number) => x],
    ['an efficiency', energyOf, (x: number) => 100 / x],
  ])('gives what corners, tables and samples give: %s', (_name, energy, transform) => {
    const figure = linearFigure(inputs, (moved) => energy(withValues(zhu65, moved)));
    const plain = (tech: typeof zhu65): number => transform(energy(tech));
    const near = (actual: number, expected: number): void => expect(actual / expected).toBeCloseTo(1, 9);
    const interval = linearInterval(figure, inputs, transform);
    const corners = exactInterval(zhu65, inputs, plain);
    near(interval.low, corners.low);
    near(interval.high, corners.high);
    expect(interval.typical).toBe(corners.typical);
    const swings = linearSensitivities(figure, inputs, transform);
    const evaluated = sensitivities(zhu65, inputs, plain);
    expect(swings.map(({ path }) => path)).toEqual(evaluated.map(({ path }) => path));
    swings.forEach(({ atLow, atHigh }, i) => {
      near(atLow, evaluated[i].atLow);
      near(atHigh, evaluated[i].atHigh);
    });
    const options = { seed: 3, samples: 300, distribution: 'log-triangular' } as const;
    const sampled = describeSamples(linearSamples(figure, inputs, sampleInputs(inputs, options), transform));
    const [expected] = monteCarlo(zhu65, inputs, [plain], options);
    near(sampled.mean, expected.mean);
    near(sampled.p5, expected.p5);
    near(sampled.p50, expected.p50);
    near(sampled.p95, expected.p95);
  });
});

describe('fitting the residual again', () => {
  it('gives the target whatever the other entries', () => {
    fc.assert(
      fc.property(actionsArbitrary, sharesArbitrary, (actions, shares) => {
        const target = { actions: { ...actions, cycles: 1 + actions.cycles }, energyPj: 1e9, voltageV: 1.01 };
        const table = recalibratedEnergy(withValues(zhu65, between(shares, inputs)), target);
        expect(evaluateEnergy(table, target.actions, 1.01).totalPj / 1e9).toBeCloseTo(1, 9);
      }),
    );
    const pieces = areaCounts(chipPreset('zhu2020'));
    const table = recalibratedArea(withValues(zhu65, new Map([['areas.searchableBits', 7.05]])), {
      pieces,
      areaUm2: 501_600,
    });
    expect(evaluateArea(table, pieces).totalUm2).toBeCloseTo(501_600, 6);
  });

  it('refuses a residual below 0', () => {
    expect(() => recalibratedEnergy(zhu65, { actions: RISING, energyPj: 0.001, voltageV: 1.2 })).toThrow(
      /^table zhu2020-65nm: energies: are \S+ pJ without the energy per cycle, must be at most the 0\.001000 pJ fitted to \[residual-negative\]/,
    );
    expect(() => recalibratedArea(zhu65, { pieces: areaCounts(chipPreset('zhu2020')), areaUm2: 1 })).toThrow(
      'table zhu2020-65nm: areas: are 2.921e+4 um2 without the rest, must be at most the 1.000 um2 fitted to [residual-negative]',
    );
  });
});

describe('sampling', () => {
  it('is uniform, and one stream is another name away', () => {
    const next = uniformStream(1, 'a');
    const values = Array.from({ length: 20_000 }, next);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    // Standard error 1 / sqrt(12 x 20,000) = 0.002; five of them.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0103);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    const again = uniformStream(1, 'a');
    expect(Array.from({ length: 10 }, again)).toEqual(values.slice(0, 10));
    expect(uniformStream(1, 'b')()).not.toBe(values[0]);
    expect(uniformStream(2, 'a')()).not.toBe(values[0]);
  });

  it('inverts the triangular distribution', () => {
    // F(mode) = (mode - low) / (high - low) = 1 / 4
    expect(triangular(0, 1, 4, 0.25)).toBeCloseTo(1, 12);
    // F(x) = x^2 / 4 below the mode: F(0.5) = 1/16
    expect(triangular(0, 1, 4, 1 / 16)).toBeCloseTo(0.5, 12);
    // 1 - F(x) = (4 - x)^2 / 12 above: F(2) = 1 - 4 / 12
    expect(triangular(0, 1, 4, 2 / 3)).toBeCloseTo(2, 12);
    expect(triangular(3, 3, 3, 0.7)).toBe(3);
  });

  it('stays between the ends, in either distribution', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.double({ min: 0, max: 1e6, noNaN: true }),
          fc.double({ min: 0, max: 1e6, noNaN: true }),
          fc.double({ min: 0, max: 1e6, noNaN: true }),
        ),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.constantFrom('triangular' as const, 'log-triangular' as const),
        (ends, share, distribution) => {
          const [low, typical, high] = [...ends].sort((a, b) => a - b);
          const value = spreadSampler({ low, typical, high }, distribution)(share);
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        },
      ),
    );
  });

  it('is triangular in the logarithm', () => {
    // Between 1 and 100 with mode 10 the median is the mode.
    expect(spreadSampler({ low: 1, typical: 10, high: 100 }, 'log-triangular')(0.5)).toBeCloseTo(10, 12);
    expect(spreadSampler({ low: 0, typical: 1, high: 4 }, 'log-triangular')(0.25)).toBeCloseTo(1, 12);
  });
});

describe('monteCarlo', () => {
  const options = { seed: 7, samples: 4000, distribution: 'triangular' } as const;

  it('gives the same bytes for the same seed, others for another', () => {
    const once = monteCarlo(zhu65, inputs, [energyOf], options);
    expect(monteCarlo(zhu65, inputs, [energyOf], options)).toEqual(once);
    expect(monteCarlo(zhu65, inputs, [energyOf], { ...options, seed: 8 })).not.toEqual(once);
  });

  it('has the mean of the triangular distributions, and stays inside the interval', () => {
    const [{ mean, p5, p25, p50, p75, p95 }] = monteCarlo(zhu65, inputs, [energyOf], options);
    // Mean of a triangular distribution: (low + mode + high) / 3; variance (l2 + m2 + h2 - lm - lh - mh) / 18.
    const cycles = 8 * zhu65.energies.cycles.value * (1.2 / 1.01) ** 2;
    let expected = cycles;
    let variance = 0;
    inputs.forEach(({ low: l, typical: m, high: h }, i) => {
      expected += ((i + 1) * (l + m + h)) / 3;
      variance += ((i + 1) ** 2 * (l * l + m * m + h * h - l * m - l * h - m * h)) / 18;
    });
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(variance / options.samples));
    const { low, high } = exactInterval(zhu65, inputs, energyOf);
    const rising = [low, p5, p25, p50, p75, p95, high];
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
  });

  it('interpolates percentiles between samples', () => {
    expect(percentile(Float64Array.of(10, 20), 0.25)).toBe(12.5);
    expect(percentile(Float64Array.of(10, 20, 40), 1)).toBe(40);
    expect(percentile(Float64Array.of(5), 0.5)).toBe(5);
  });

  it('refuses what it cannot sample', () => {
    expect(() => monteCarlo(zhu65, inputs, [], { ...options, samples: 0 })).toThrow(
      'samples: is 0, must be a whole number from 1 to 1000000 [monte-carlo-samples] — give such a number',
    );
    expect(() => monteCarlo(zhu65, inputs, [], { ...options, seed: -1 })).toThrow(
      'seed: is -1, must be a whole number of 0 or more [monte-carlo-seed] — give such a number',
    );
  });
});
