import type { FigureInterval } from './interval.ts';
import type { Sensitivity } from './sensitivity.ts';
import type { UncertainInput } from './uncertain-inputs.ts';

/**
 * A figure that is linear in its uncertain inputs, as energies and areas are: its value with all typical inputs, and
 * what it gains per unit of each input. Intervals, swings and samples follow without evaluating it again.
 */
export interface LinearFigure {
  readonly typical: number;
  /** In the order of the inputs. */
  readonly slopes: readonly number[];
}

/** A figure made from a linear one, monotone in it: an efficiency from an energy. */
export type Transform = (value: number) => number;

/**
 * The slopes of a figure, from its values at the ends of each input.
 *
 * @param evaluate the figure with these inputs moved, the others typical; linear, or what follows is wrong
 */
export function linearFigure(
  inputs: readonly UncertainInput[],
  evaluate: (moved: ReadonlyMap<string, number>) => number,
): LinearFigure {
  return {
    typical: evaluate(new Map()),
    slopes: inputs.map(({ path, low, high }) => {
      const [atLow, atHigh] = [low, high].map((value) => evaluate(new Map([[path, value]])));
      return (atHigh - atLow) / (high - low);
    }),
  };
}

/** What one input adds at a value, compared with its typical one. */
function gain({ slopes }: LinearFigure, inputs: readonly UncertainInput[], i: number, value: number): number {
  return slopes[i] * (value - inputs[i].typical);
}

/** The exact range: every input at the end that lowers, that raises the figure. */
export function linearInterval(
  figure: LinearFigure,
  inputs: readonly UncertainInput[],
  transform: Transform,
): FigureInterval {
  let lowest = figure.typical;
  let highest = figure.typical;
  for (const [i, { low, high }] of inputs.entries()) {
    const ends = [gain(figure, inputs, i, low), gain(figure, inputs, i, high)];
    lowest += Math.min(...ends);
    highest += Math.max(...ends);
  }
  const [a, b] = [transform(lowest), transform(highest)];
  return { low: Math.min(a, b), typical: transform(figure.typical), high: Math.max(a, b) };
}

/** One-at-a-time sensitivities, the largest swing first; ties in the order of the inputs. */
export function linearSensitivities(
  figure: LinearFigure,
  inputs: readonly UncertainInput[],
  transform: Transform,
): readonly Sensitivity[] {
  return inputs
    .map(({ path, low, high }, i) => {
      const atLow = transform(figure.typical + gain(figure, inputs, i, low));
      const atHigh = transform(figure.typical + gain(figure, inputs, i, high));
      return { path, atLow, atHigh, swing: Math.abs(atHigh - atLow) };
    })
    .sort((a, b) => b.swing - a.swing);
}

/**
 * The figure for every sample of the inputs.
 *
 * @param sampled values of each input, in the order of the inputs (`sampleInputs`)
 */
export function linearSamples(
  figure: LinearFigure,
  inputs: readonly UncertainInput[],
  sampled: readonly Float64Array[],
  transform: Transform,
): Float64Array {
  const values = new Float64Array(sampled.at(0)?.length ?? 0).fill(figure.typical);
  for (const [i, { typical }] of inputs.entries()) {
    const slope = figure.slopes[i];
    if (slope === 0) continue;
    const column = sampled[i];
    for (let k = 0; k < values.length; k++) values[k] += slope * (column[k] - typical);
  }
  for (let k = 0; k < values.length; k++) values[k] = transform(values[k]);
  return values;
}
