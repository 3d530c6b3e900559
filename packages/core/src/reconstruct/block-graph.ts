import type { ModelGraph } from '../model/model.ts';
import { Emitter, type Value } from '../train/emitter.ts';
import { forwardPass, scaledImages } from '../train/forward.ts';
import { parameterSpecs, valueShapes, type ParameterSpec } from '../train/parameters.ts';
import { Tape } from '../train/tape.ts';
import { adamUpdate } from './adam.ts';

/** Input and output names of the emitted graphs. */
export const blockNames = {
  /** What goes into the block: float32 `[batch, ...shape]`, or the image codes (uint8) of the first block. */
  input: 'input',
  /** The same of the float network, float32. */
  floatInput: 'float-input',
  /** bool, of the input's shape: where the float network's input is taken. */
  floatMask: 'float-mask',
  /** The float network's output, float32. */
  target: 'target',
  /** float32 `[batch, 1, h, w]`: what an output pixel's squared error counts. */
  pixels: 'pixels',
  /** bool, of the quantizer's input's shape: where a quantizer is dropped. */
  dropMask: (quantizer: string): string => `drop-mask/${quantizer}`,
  /** Whole numbers of the weights' shape: the codes below. */
  floor: (weight: string): string => `floor/${weight}`,
  parameter: (name: string): string => `parameter/${name}`,
  state: (name: string): string => `state/${name}`,
  first: (name: string): string => `first-moment/${name}`,
  second: (name: string): string => `second-moment/${name}`,
  next: (name: string): string => `next/${name}`,
  /** Scalars. */
  rate: (group: LearnedGroup): string => `rate/${group}`,
  firstCorrection: 'first-correction',
  secondCorrection: 'second-correction',
  regularization: 'regularization',
  beta: 'beta',
  output: 'output',
  loss: 'loss',
} as const;

/** What is learned: the rounding of weights, the steps of activation quantizers, batch norm's gamma and beta and biases. */
export type LearnedGroup = 'rounding' | 'step' | 'affine';

/** A learned tensor of a block. */
export interface Learned {
  /** Parameter of the model; for rounding the weight that is rounded. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly group: LearnedGroup;
}

/** How a block's training step is made. */
export interface BlockStepOptions {
  readonly batch: number;
  /** Learn the rounding of weights; otherwise they are quantized as they are. */
  readonly rounding: boolean;
  /** Learn batch norm's gamma and beta and the biases too. */
  readonly affine: boolean;
  /** Drop activation quantization at random (QDrop). */
  readonly drop: boolean;
  /**
   * What is minimised: the squared error of any output, or, of logits `[batch, classes]`, the cross entropy of
   * the float network's softmax and the block's (Hinton et al. 2015, temperature 1).
   */
  readonly objective: 'squared-error' | 'distillation';
}

/** A block's training step. */
export interface BlockStep {
  /** ONNX ModelProto. */
  readonly bytes: Uint8Array;
  readonly learned: readonly Learned[];
  /** Parameters that stay as they are, by name. */
  readonly constants: readonly string[];
  /** Activation quantizers and the shapes of their masks, batch included; empty without dropping. */
  readonly drops: readonly { readonly quantizer: string; readonly shape: readonly number[] }[];
  /** Whether the float network's input and a mask are taken too. */
  readonly mixed: boolean;
  /** Whether output pixels are weighted (squared error). */
  readonly weighted: boolean;
  /** Shape of the output, without the batch axis. */
  readonly output: readonly number[];
}

/** Largest relative shrinkage of a step in one update: it stays positive for ever. */
const LEAST_STEP_RATIO = 0.5;

/** The temperature of both softmaxes when logits are distilled. */
const TEMPERATURE = 1;

function groupOf({ role }: ParameterSpec, roundable: boolean): LearnedGroup | null {
  switch (role) {
    case 'weight':
      return roundable ? 'rounding' : null;
    case 'activation-step':
      return 'step';
    case 'gamma':
    case 'beta':
    case 'bias':
      return 'affine';
    case 'weight-step':
    case 'mean':
    case 'variance':
    case 'frozen-mean':
    case 'frozen-variance':
      return null;
    default:
      throw new Error(`unknown role ${String(role satisfies never)}`);
  }
}

/**
 * One step of block reconstruction (BRECQ, Li et al., ICLR 2021) as a plain ONNX graph: the block's output
 * on the quantized network's input, weights softly rounded, held against the float network's output; backward
 * pass; Adam. With `drop` the input is a random mixture of the quantized and the float network's, and each
 * element keeps its unquantized value at random (QDrop, Wei et al., ICLR 2022).
 *
 * Inputs and outputs: {@link blockNames}; the loss is that of the objective without the regulariser.
 *
 * @param block the block as a network of its own.
 * @param weightShapes shapes of weights and steps, by parameter name.
 */
export function blockStepGraph(
  block: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  options: BlockStepOptions,
): BlockStep {
  const emitter = new Emitter(`${block.name}-reconstruction-step`);
  const tape = new Tape(emitter);
  const shapes = valueShapes(block, weightShapes);
  const batched = (id: string): readonly number[] => [options.batch, ...(shapes.get(id) ?? [])];
  const rounded = new Set(
    block.nodes.flatMap((node) =>
      (node.kind === 'conv' || node.kind === 'fully-connected') && node.weightQuantizer !== null
        ? [node.weight]
        : [],
    ),
  );
  const learned: Learned[] = [];
  const constants: string[] = [];
  const values = new Map<string, Value>();
  const logits = new Map<string, Value>();
  for (const spec of parameterSpecs(block, weightShapes)) {
    const { name, shape } = spec;
    const group = groupOf(spec, options.rounding && rounded.has(name));
    if (group === null || (group === 'affine' && !options.affine)) {
      constants.push(name);
      values.set(name, emitter.input(blockNames.parameter(name), shape));
      continue;
    }
    learned.push({ name, shape, group });
    (group === 'rounding' ? logits : values).set(
      name,
      tape.variable(emitter.input(blockNames.state(name), shape)),
    );
  }

  // What goes in.
  const inputShape = batched('input');
  let input = emitter.input(blockNames.input, inputShape);
  if (options.drop) {
    const mask = emitter.input(blockNames.floatMask, inputShape, 'bool');
    input = tape.apply('drop', [emitter.input(blockNames.floatInput, inputShape), input], {
      keep: mask,
    }).output;
  }
  const drops: { quantizer: string; shape: readonly number[] }[] = [];
  const pass = forwardPass(tape, block, input, values, 'inference', {
    weight(node) {
      const v = logits.get(node.weight);
      const quantizer = node.weightQuantizer;
      if (v === undefined || quantizer === null) return null;
      const step = values.get(quantizer.step);
      if (step === undefined) throw new Error(`block ${block.name}: no step of '${node.weight}'`);
      const spread =
        step.shape.length === 0
          ? step
          : emitter.reshape(
              step,
              v.shape.map((n, i) => (i === 0 ? n : 1)),
            );
      const floor = emitter.input(blockNames.floor(node.weight), v.shape);
      return tape.apply('soft-round', [v], { floor, step: spread }).output;
    },
    activation(node, before, quantized) {
      if (!options.drop) return quantized;
      drops.push({ quantizer: node.id, shape: before.shape });
      const keep = emitter.input(blockNames.dropMask(node.id), before.shape, 'bool');
      return tape.apply('drop', [before, quantized], { keep }).output;
    },
  });

  // How far it is from the float network, and how undecided the rounding is.
  const outputShape = pass.logits.shape;
  const target = emitter.input(blockNames.target, outputShape);
  const error = emitError(tape, pass.logits, target, options.objective);
  let total = error;
  if (logits.size > 0) {
    const weight = emitter.input(blockNames.regularization, []);
    const beta = emitter.input(blockNames.beta, []);
    for (const v of logits.values()) {
      const undecided = tape.apply('round-regularizer', [v], { beta, weight }).output;
      total = tape.apply('add', [total, undecided], {}).output;
    }
  }

  // Backward, and one update of everything that is learned.
  const gradients = tape.gradients(total);
  const corrections = {
    first: emitter.input(blockNames.firstCorrection, []),
    second: emitter.input(blockNames.secondCorrection, []),
  };
  const rates = new Map<LearnedGroup, Value>();
  for (const { name, shape, group } of learned) {
    const value = logits.get(name) ?? values.get(name);
    const gradient = value === undefined ? undefined : gradients.get(value.name);
    if (value === undefined || gradient === undefined) {
      throw new Error(`block ${block.name}: the loss does not depend on '${name}'`);
    }
    const rate = rates.get(group) ?? emitter.input(blockNames.rate(group), []);
    rates.set(group, rate);
    const moments = {
      first: emitter.input(blockNames.first(name), shape),
      second: emitter.input(blockNames.second(name), shape),
    };
    const updated = adamUpdate(emitter, value, gradient, moments, rate, corrections);
    const next =
      group === 'step'
        ? emitter.maximum(updated.parameter, emitter.scale(value, LEAST_STEP_RATIO))
        : updated.parameter;
    emitter.output(blockNames.next(blockNames.state(name)), next);
    emitter.output(blockNames.next(blockNames.first(name)), updated.first);
    emitter.output(blockNames.next(blockNames.second(name)), updated.second);
  }
  emitter.output(blockNames.loss, error);
  return {
    bytes: emitter.builder.encode(),
    learned,
    constants,
    drops,
    mixed: options.drop,
    weighted: options.objective === 'squared-error',
    output: outputShape.slice(1),
  };
}

function emitError(
  tape: Tape,
  output: Value,
  target: Value,
  objective: BlockStepOptions['objective'],
): Value {
  switch (objective) {
    case 'squared-error': {
      const weight = tape.emitter.input(
        blockNames.pixels,
        output.shape.map((size, axis) => (axis === 1 ? 1 : size)),
      );
      return tape.apply('squared-error', [output], { target, weight }).output;
    }
    case 'distillation':
      return tape.apply('distillation', [output], { teacher: target, temperature: TEMPERATURE }).output;
    default:
      throw new Error(`unknown objective ${String(objective satisfies never)}`);
  }
}

/**
 * A block in inference mode.
 *
 * Inputs: {@link blockNames}.input (image codes as uint8 when the block reads the network's input) and every
 * parameter. Outputs: {@link blockNames}.output.
 */
export function blockForwardGraph(
  block: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  options: { readonly batch: number; readonly images: boolean },
): {
  readonly bytes: Uint8Array;
  readonly parameters: readonly string[];
  readonly output: readonly number[];
} {
  const emitter = new Emitter(`${block.name}-forward`);
  const specs = parameterSpecs(block, weightShapes);
  const shape = [options.batch, ...block.input.shape];
  const values = new Map(
    specs.map(({ name, shape }) => [name, emitter.input(blockNames.parameter(name), shape)]),
  );
  const input = options.images
    ? scaledImages(emitter, emitter.input(blockNames.input, shape, 'uint8'), block.input.scale)
    : emitter.input(blockNames.input, shape);
  const { logits } = forwardPass(new Tape(emitter), block, input, values, 'inference');
  emitter.output(blockNames.output, logits);
  return {
    bytes: emitter.builder.encode(),
    parameters: specs.map(({ name }) => name),
    output: logits.shape.slice(1),
  };
}
