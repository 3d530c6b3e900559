import type { ModelGraph } from '../model/model.ts';
import { Emitter, type Value } from './emitter.ts';
import { forwardPass, scaledImages } from './forward.ts';
import { isRunning, isTrainable, parameterSpecs, type ParameterSpec } from './parameters.ts';
import { runningUpdate, sgdUpdate, type SgdOptions } from './sgd.ts';
import { Tape } from './tape.ts';

/** Input and output names of the emitted graphs. */
export const graphNames = {
  /** uint8 `[batch, ...input shape]`, image codes. */
  images: 'images',
  /** int64 `[batch]`. */
  labels: 'labels',
  /** float32 `[batch, classes]`, with distillation only. */
  teacher: 'teacher',
  /** float32 scalar. */
  learningRate: 'learning-rate',
  /** float32 scalar: mean cross entropy of the batch, or what distillation makes of it. */
  loss: 'loss',
  /** float32 scalar: images whose first largest logit is their label. */
  correct: 'correct',
  /** float32 `[batch, classes]`. */
  logits: 'logits',
  parameter: (name: string): string => `parameter/${name}`,
  momentum: (name: string): string => `momentum/${name}`,
  /** What an input, a parameter or a momentum, is after the step. */
  next: (input: string): string => `next/${input}`,
  nextParameter: (name: string): string => `next/parameter/${name}`,
  nextMomentum: (name: string): string => `next/momentum/${name}`,
  gradient: (name: string): string => `gradient/${name}`,
} as const;

/** Knowledge distillation (Hinton et al. 2015): the loss is `(1 - share)` cross entropy + `share` distillation. */
export interface Distillation {
  /** 0 to 1. */
  readonly share: number;
  /** Above 0. */
  readonly temperature: number;
}

/** How a training step is made. */
export interface StepOptions extends SgdOptions {
  /** Images per step; the emitted graph is for this batch size only. */
  readonly batch: number;
  /** Null: the labels alone. */
  readonly distillation?: Distillation | null;
  /** Emit dLoss/dParameter of every trainable parameter as outputs too (for tests). */
  readonly gradientOutputs?: boolean;
}

/** An emitted graph and the parameters that it takes. */
export interface EmittedGraph {
  /** ONNX ModelProto. */
  readonly bytes: Uint8Array;
  readonly parameters: readonly ParameterSpec[];
}

/** Declares all parameters as graph inputs. */
export function parameterInputs(emitter: Emitter, specs: readonly ParameterSpec[]): Map<string, Value> {
  return new Map(specs.map(({ name, shape }) => [name, emitter.input(graphNames.parameter(name), shape)]));
}

/** Emits the number of images whose first largest logit is their label. */
export function correctCount(emitter: Emitter, logits: Value, labels: Value): Value {
  const batch = logits.shape[0] ?? 0;
  const best = emitter.node('ArgMax', [logits], [batch], { axis: { int: 1 }, keepdims: { int: 0 } });
  const hits = emitter.node('Equal', [best, labels], [batch]);
  return emitter.sumAll(emitter.node('Cast', [hits], [batch], { to: { type: 'float32' } }));
}

function emitLoss(tape: Tape, logits: Value, labels: Value, distillation: Distillation | null): Value {
  const crossEntropy = tape.apply('cross-entropy', [logits], { labels }).output;
  if (distillation === null) return crossEntropy;
  const { share, temperature } = distillation;
  const teacher = tape.emitter.input(graphNames.teacher, logits.shape);
  const soft = tape.apply('distillation', [logits], { teacher, temperature }).output;
  return tape.apply(
    'add',
    [
      tape.apply('scale', [crossEntropy], { factor: 1 - share }).output,
      tape.apply('scale', [soft], { factor: share }).output,
    ],
    {},
  ).output;
}

/**
 * One training step as a plain ONNX graph: forward pass (batch norm on the batch's statistics),
 * backward pass and SGD update.
 *
 * Inputs: {@link graphNames}.images, labels, learningRate, every parameter, and the momentum of every
 * trainable one. Outputs: the parameters and momenta after the step, loss and correct.
 *
 * @param weightShapes shapes of conv and fully connected weights by parameter name.
 */
export function trainStepGraph(
  graph: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  options: StepOptions,
): EmittedGraph {
  const specs = parameterSpecs(graph, weightShapes);
  const emitter = new Emitter(`${graph.name}-training-step`);
  const tape = new Tape(emitter);
  const codes = emitter.input(graphNames.images, [options.batch, ...graph.input.shape], 'uint8');
  const labels = emitter.input(graphNames.labels, [options.batch], 'int64');
  const learningRate = emitter.input(graphNames.learningRate, []);
  const parameters = parameterInputs(emitter, specs);
  for (const { name, role } of specs) {
    const value = parameters.get(name);
    if (value !== undefined && isTrainable(role)) tape.variable(value);
  }
  const images = scaledImages(emitter, codes, graph.input.scale);
  const pass = forwardPass(tape, graph, images, parameters, 'training');
  const loss = emitLoss(tape, pass.logits, labels, options.distillation ?? null);
  const gradients = tape.gradients(loss);
  for (const { name, shape, role } of specs) {
    const value = parameters.get(name);
    if (value === undefined) continue;
    if (isTrainable(role)) {
      const gradient = gradients.get(value.name);
      if (gradient === undefined)
        throw new Error(`model ${graph.name}: the loss does not depend on '${name}'`);
      const momentum = emitter.input(graphNames.momentum(name), shape);
      const updated = sgdUpdate(emitter, role, value, gradient, momentum, learningRate, options);
      emitter.output(graphNames.nextParameter(name), updated.parameter);
      emitter.output(graphNames.nextMomentum(name), updated.momentum);
      if (options.gradientOutputs === true) emitter.output(graphNames.gradient(name), gradient);
    } else if (!isRunning(role)) {
      emitter.output(graphNames.nextParameter(name), emitter.node('Identity', [value], value.shape));
    } else {
      const batchValue = pass.statistics.get(name);
      if (batchValue === undefined) throw new Error(`model ${graph.name}: no batch statistic for '${name}'`);
      emitter.output(graphNames.nextParameter(name), runningUpdate(emitter, value, batchValue));
    }
  }
  emitter.output(graphNames.loss, loss);
  emitter.output(graphNames.correct, correctCount(emitter, pass.logits, labels));
  return { bytes: emitter.builder.encode(), parameters: specs };
}
