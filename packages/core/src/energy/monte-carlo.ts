import { fail } from '../diagnostics/index.ts';
import type { TableFigure } from './interval.ts';
import { spreadSampler, uniformStream, type SpreadDistribution } from './sampling.ts';
import { withValues } from './table-entries.ts';
import type { TechTable } from './tech-table.ts';
import type { UncertainInput } from './uncertain-inputs.ts';

/** How a Monte Carlo run samples; the same settings give the same result to the last bit. */
export interface MonteCarloOptions {
  /** Whole number, 0 or more. */
  readonly seed: number;
  /** Whole number, 1 to 1,000,000. */
  readonly samples: number;
  readonly distribution: SpreadDistribution;
}

/** What samples of a figure say, in its unit. */
export interface SampledFigure {
  readonly mean: number;
  /** Percentiles by linear interpolation between sorted samples. */
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

const MOST_SAMPLES = 1_000_000;

/**
 * A share of sorted values, by linear interpolation between neighbours.
 *
 * @param sorted ascending, not empty
 * @param share 0 (the first) to 1 (the last)
 */
export function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** Mean and percentiles of samples, at least one. */
export function describeSamples(samples: Float64Array): SampledFigure {
  const sorted = samples.slice().sort();
  return {
    mean: samples.reduce((sum, value) => sum + value, 0) / samples.length,
    p5: percentile(sorted, 0.05),
    p25: percentile(sorted, 0.25),
    p50: percentile(sorted, 0.5),
    p75: percentile(sorted, 0.75),
    p95: percentile(sorted, 0.95),
  };
}

/**
 * Independent samples of inputs, one array per input; each input has a stream of its own.
 *
 * @throws TallyError `monte-carlo-samples`, `monte-carlo-seed`
 */
export function sampleInputs(
  inputs: readonly UncertainInput[],
  { seed, samples, distribution }: MonteCarloOptions,
): readonly Float64Array[] {
  if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES) {
    fail(
      'monte-carlo-samples',
      'samples',
      `is ${samples}, must be a whole number from 1 to ${MOST_SAMPLES}`,
      'give such a number',
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    fail('monte-carlo-seed', 'seed', `is ${seed}, must be a whole number of 0 or more`, 'give such a number');
  }
  return inputs.map((input) => {
    const next = uniformStream(seed, input.path);
    const draw = spreadSampler(input, distribution);
    return Float64Array.from({ length: samples }, () => draw(next()));
  });
}

/**
 * Samples figures with independent inputs: every figure sees the same tables. For figures that are linear in the inputs
 * `linearSamples` gives the same in a small part of the time.
 *
 * @returns one entry per figure, in their order
 * @throws TallyError `monte-carlo-samples`, `monte-carlo-seed`
 */
export function monteCarlo(
  tech: TechTable,
  inputs: readonly UncertainInput[],
  figures: readonly TableFigure[],
  options: MonteCarloOptions,
): readonly SampledFigure[] {
  const values = sampleInputs(inputs, options);
  const sampled = figures.map(() => new Float64Array(options.samples));
  for (let i = 0; i < options.samples; i++) {
    const table = withValues(tech, new Map(inputs.map(({ path }, k) => [path, values[k][i]])));
    figures.forEach((figure, k) => (sampled[k][i] = figure(table)));
  }
  return sampled.map(describeSamples);
}
