import { fail } from '../diagnostics/index.ts';
import type { TableFigure } from './interval.ts';
import { spreadValue, uniformStream, type SpreadDistribution } from './sampling.ts';
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

function describe(samples: Float64Array): SampledFigure {
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
 * Samples figures with independent inputs: every figure sees the same tables.
 *
 * @returns one entry per figure, in their order
 * @throws TallyError `monte-carlo-samples`, `monte-carlo-seed`
 */
export function monteCarlo(
  tech: TechTable,
  inputs: readonly UncertainInput[],
  figures: readonly TableFigure[],
  { seed, samples, distribution }: MonteCarloOptions,
): readonly SampledFigure[] {
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
  const streams = inputs.map(({ path }) => uniformStream(seed, path));
  const sampled = figures.map(() => new Float64Array(samples));
  for (let i = 0; i < samples; i++) {
    const table = withValues(
      tech,
      new Map(inputs.map((input, k) => [input.path, spreadValue(input, distribution, streams[k]())])),
    );
    figures.forEach((figure, k) => (sampled[k][i] = figure(table)));
  }
  return sampled.map(describe);
}
