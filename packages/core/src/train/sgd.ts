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

/** Largest relative shrinkage of a quantizer step in one update. */
const LEAST_STEP_RATIO = 0.5;

/**
 * The least quantizer step, far below any of use. Halved at every update by its momentum, a step would come to 0 by underflow
 * within some 150 of them: its channel would then be dead for good, and the model could not be lowered.
 */
const LEAST_STEP = 2 ** -20;

/**
 * One SGD update as PyTorch defines it: m' = momentum m + (gradient + decay p); p' = p - lr m'.
 * A quantizer step additionally never falls below half its value in one update, nor below 2^-20: it stays positive.
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
  const isStep = role === 'weight-step' || role === 'activation-step';
  const held = (value: Value): Value =>
    emitter.maximum(
      emitter.maximum(value, emitter.scale(parameter, LEAST_STEP_RATIO)),
      emitter.scalar(LEAST_STEP),
    );
  return {
    parameter: isStep ? held(moved) : moved,
    momentum: nextMomentum,
  };
}

/** Running statistic after one batch: (1 - rate) running + rate batch, rate 0.1 as in PyTorch. */
export function runningUpdate(emitter: Emitter, running: Value, batch: Value, rate = 0.1): Value {
  return emitter.add(emitter.scale(running, 1 - rate), emitter.scale(batch, rate));
}
