import type { Emitter, Value } from './emitter.ts';
import type { ParameterRole } from './parameters.ts';

/** Hyperparameters of stochastic gradient descent that are fixed in the graph (the learning rate is an input). */
export interface SgdOptions {
  /** 0 to 1. */
  readonly momentum: number;
  /** L2 coefficient, applied to conv and fully connected weights only: not to batch norm, biases or quantizer steps. */
  readonly weightDecay: number;
}

/** A parameter and its momentum after one update. */
export interface Updated {
  readonly parameter: Value;
  readonly momentum: Value;
}

/**
 * Smallest and largest value of a quantizer step after one update, relative to the one before. A step's gradient is that of the rounding
 * at its present value and says nothing of one far away: unbounded, one batch that is clipped much has been seen to make an 8-bit
 * step 200 times as large, from where training did not find back.
 */
const STEP_RATIO = { least: 0.5, largest: 2 };

/** The least quantizer step, far below any of use: at 0 its channel would be dead for good, and the model could not be lowered. */
const LEAST_STEP = 2 ** -20;

/**
 * One SGD update as PyTorch defines it: m' = momentum m + (gradient + decay p); p' = p - lr m'.
 * A quantizer step is at most halved or doubled by one update, and does not fall below 2^-20: it stays positive. Where this holds it
 * back, its momentum is gone, or the following updates would take it to where this one must not.
 */
export function sgdUpdate(
  emitter: Emitter,
  role: ParameterRole,
  parameter: Value,
  gradient: Value,
  momentum: Value,
  learningRate: Value,
  options: SgdOptions,
): Updated {
  const decayed =
    role === 'weight' && options.weightDecay !== 0
      ? emitter.add(gradient, emitter.scale(parameter, options.weightDecay))
      : gradient;
  const nextMomentum = emitter.add(emitter.scale(momentum, options.momentum), decayed);
  const moved = emitter.subtract(parameter, emitter.multiply(nextMomentum, learningRate));
  if (role !== 'weight-step' && role !== 'activation-step') {
    return { parameter: moved, momentum: nextMomentum };
  }
  const least = emitter.maximum(emitter.scale(parameter, STEP_RATIO.least), emitter.scalar(LEAST_STEP));
  const largest = emitter.maximum(emitter.scale(parameter, STEP_RATIO.largest), least);
  const held = emitter.add(emitter.less(moved, least), emitter.greater(moved, largest));
  return {
    parameter: emitter.minimum(emitter.maximum(moved, least), largest),
    momentum: emitter.subtract(nextMomentum, emitter.multiply(nextMomentum, held)),
  };
}

/** Running statistic after one batch: (1 - rate) running + rate batch, rate 0.1 as in PyTorch. */
export function runningUpdate(emitter: Emitter, running: Value, batch: Value, rate = 0.1): Value {
  return emitter.add(emitter.scale(running, 1 - rate), emitter.scale(batch, rate));
}
