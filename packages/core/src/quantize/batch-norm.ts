import { fail } from '../diagnostics/index.ts';
import type { FloatTensor, ModelBatchNormNode } from '../model/model.ts';
import type { BatchNormChannel } from './normalization.ts';
import type { ParameterReader } from './parameters.ts';
import { add, exactly, squareRoot } from './rational.ts';

/** One per channel. */
export type BatchNormParameters = readonly BatchNormChannel[];

/**
 * The parameters of a batch norm by channel.
 *
 * @throws TallyError `variance-not-positive`, or as the reader.
 */
export function readBatchNorm(
  node: ModelBatchNormNode,
  channels: number,
  parameters: ParameterReader,
  path: string,
): BatchNormParameters {
  const read = (field: 'gamma' | 'beta' | 'mean' | 'variance'): Float32Array =>
    parameters.read(node[field], `${path}.${field}`, [[channels]]);
  const [gamma, beta, mean, variance] = [read('gamma'), read('beta'), read('mean'), read('variance')];
  const epsilon = Math.fround(node.epsilon);
  const wrong = variance.findIndex((value) => !(value >= 0 && value + epsilon > 0));
  if (wrong >= 0 || !(epsilon >= 0)) {
    fail(
      'variance-not-positive',
      `${path}.variance`,
      `'${node.variance}'[${wrong}] is ${variance[wrong]} with epsilon ${epsilon}, their sum must be above 0 and neither below`,
      'recompute the running statistics',
    );
  }
  return Array.from({ length: channels }, (_, c) => ({
    gamma: gamma[c],
    beta: beta[c],
    mean: mean[c],
    variance: variance[c],
    epsilon,
  }));
}

/**
 * By channel, whether a batch norm is `slope x + intercept` with fractions for both: its variance, epsilon included, is the square of
 * one, as 1 of a constant affine map is. Lowering makes one batch norm of two where either is such (`withBatchNorm`).
 *
 * Channels whose variance is no number above 0 are not: what is wrong with them is said where they are read.
 */
export function exactBatchNormChannels(
  { variance, epsilon }: ModelBatchNormNode,
  parameters: ReadonlyMap<string, FloatTensor>,
): readonly boolean[] {
  const added = Math.fround(epsilon);
  return Array.from(parameters.get(variance)?.data ?? [], (value) => {
    const isUsable = Number.isFinite(value + added) && value + added > 0;
    return isUsable && squareRoot(add(exactly(value), exactly(added))) !== null;
  });
}
