import type { Operator } from './operator.ts';
import { batchNormInference, batchNormTraining, type BatchNormAttributes } from './ops/batch-norm.ts';
import { clip, type ClipAttributes } from './ops/clip.ts';
import { conv } from './ops/conv.ts';
import type { ConvAttributes } from './ops/conv-attributes.ts';
import { crossEntropy, type CrossEntropyAttributes } from './ops/cross-entropy.ts';
import { distillation, type DistillationAttributes } from './ops/distillation.ts';
import { drop, type DropAttributes } from './ops/drop.ts';
import { add, flatten, relu, type NoAttributes } from './ops/elementwise.ts';
import { fullyConnected } from './ops/fully-connected.ts';
import { averagePool, globalAveragePool, maxPool } from './ops/pool.ts';
import { quantize, type QuantizeAttributes } from './ops/quantize.ts';
import { concat, pad, slice, type PadAttributes, type SliceAttributes } from './ops/rearrange.ts';
import { leakyRelu, type LeakyReluAttributes } from './ops/leaky-relu.ts';
import { scale, type ScaleAttributes } from './ops/scale.ts';
import {
  roundRegularizer,
  softRound,
  type RoundRegularizerAttributes,
  type SoftRoundAttributes,
} from './ops/soft-round.ts';
import { squaredError, type SquaredErrorAttributes } from './ops/squared-error.ts';
import { upsample, type UpsampleAttributes } from './ops/upsample.ts';
import type { Window } from '../network/network.ts';

/** Attributes of every operator that can be trained through, by operator name. */
export interface OperatorAttributes {
  readonly conv: ConvAttributes;
  readonly 'batch-norm-training': BatchNormAttributes;
  readonly 'batch-norm-inference': BatchNormAttributes;
  readonly relu: NoAttributes;
  readonly 'leaky-relu': LeakyReluAttributes;
  readonly add: NoAttributes;
  readonly flatten: NoAttributes;
  readonly 'max-pool': Window;
  readonly 'average-pool': Window;
  readonly 'global-average-pool': NoAttributes;
  readonly 'fully-connected': NoAttributes;
  readonly quantize: QuantizeAttributes;
  readonly clip: ClipAttributes;
  readonly pad: PadAttributes;
  readonly slice: SliceAttributes;
  readonly upsample: UpsampleAttributes;
  readonly concat: NoAttributes;
  readonly scale: ScaleAttributes;
  readonly 'cross-entropy': CrossEntropyAttributes;
  readonly distillation: DistillationAttributes;
  readonly 'soft-round': SoftRoundAttributes;
  readonly 'round-regularizer': RoundRegularizerAttributes;
  readonly drop: DropAttributes;
  readonly 'squared-error': SquaredErrorAttributes;
}

export type OperatorName = keyof OperatorAttributes;

/** Every operator: a new one is a file under `ops/`, a line above and a line here. */
export const operators: { readonly [Name in OperatorName]: Operator<OperatorAttributes[Name]> } = {
  conv,
  'batch-norm-training': batchNormTraining,
  'batch-norm-inference': batchNormInference,
  relu,
  'leaky-relu': leakyRelu,
  add,
  flatten,
  'max-pool': maxPool,
  'average-pool': averagePool,
  'global-average-pool': globalAveragePool,
  'fully-connected': fullyConnected,
  quantize,
  clip,
  pad,
  slice,
  upsample,
  concat,
  scale,
  'cross-entropy': crossEntropy,
  distillation,
  'soft-round': softRound,
  'round-regularizer': roundRegularizer,
  drop,
  'squared-error': squaredError,
};
