import { fail } from '../diagnostics/index.ts';
import type { FloatTensor, Model, ModelGraph, ModelNode } from '../model/model.ts';
import { quantizedGraph, refuseQuantized, type Precision } from '../train/index.ts';
import { activationStep } from './activation-steps.ts';
import type { ValueHistogram } from './histogram.ts';
import { defaultWeightSteps, weightError, weightSteps, type WeightStepOptions } from './weight-steps.ts';

/** How steps are chosen. */
export interface CalibrationOptions {
  /** Default: per channel, squared error. */
  readonly weights?: WeightStepOptions;
  /** The p of the activations' error, sum |x - quantized x|^p (default 2). */
  readonly activationExponent?: number;
}

/** What was chosen for the weights of one layer. */
export interface WeightChoice {
  readonly layer: string;
  readonly format: { readonly system: string; readonly bits: number };
  readonly steps: FloatTensor;
  /** Mean |w - quantized w|^p, and the mean |w|^p beside it. */
  readonly error: number;
  readonly signal: number;
}

/** What was chosen for one activation quantizer. */
export interface ActivationChoice {
  readonly quantizer: string;
  readonly bits: number;
  readonly step: number;
  readonly zeroPoint: number;
  /** Mean |x - quantized x|^p. */
  readonly error: number;
}

/** A model with quantizers everywhere, and what was chosen on the way. */
export interface Calibrated {
  readonly model: Model;
  readonly weights: readonly WeightChoice[];
  readonly activations: readonly ActivationChoice[];
}

/**
 * A full-precision model with quantizers whose steps minimise the error of what they quantize, one by
 * one: weights per output channel (or tensor), activations from histograms. Nothing is trained.
 *
 * @param histograms of the values that the quantizers read, by value id: those of
 *   `quantizedValues(quantizedGraph(parent.graph, name, precision))`, over the calibration images.
 * @throws TallyError `model-already-quantized`, `calibration-degenerate`, `calibration-value-missing`, and
 *   what `quantizedGraph` refuses.
 */
export function calibrated(
  parent: Model,
  name: string,
  precision: Precision,
  histograms: ReadonlyMap<string, ValueHistogram>,
  options: CalibrationOptions = {},
): Calibrated {
  refuseQuantized(parent);
  const graph = quantizedGraph(parent.graph, name, precision);
  const parameters = new Map<string, FloatTensor>(parent.parameters);
  const weights: WeightChoice[] = [];
  const activations: ActivationChoice[] = [];
  const nodes = graph.nodes.map((node): ModelNode => {
    if (node.kind === 'conv' || node.kind === 'fully-connected') {
      if (node.weightQuantizer === null) return node;
      const choice = chooseWeights(parent, node, node.weightQuantizer.format, name, options.weights);
      parameters.set(node.weightQuantizer.step, choice.steps);
      weights.push(choice);
      return node;
    }
    if (node.kind !== 'quantize') return node;
    const path = `model.${name}.${node.id}`;
    const histogram =
      histograms.get(node.input) ??
      fail(
        'calibration-value-missing',
        path,
        `there is no histogram of the value '${node.input}'`,
        'observe every value that a quantizer reads',
      );
    const { step, zeroPoint, error } = activationStep(
      histogram,
      node.levels,
      node.zeroPoint === 0 ? 0 : null,
      options.activationExponent ?? 2,
      path,
    );
    parameters.set(node.step, { shape: [], data: Float32Array.of(step) });
    activations.push({ quantizer: node.id, bits: node.bits, step, zeroPoint, error });
    return { ...node, zeroPoint };
  });
  const made: ModelGraph = { ...graph, nodes };
  return { model: { graph: made, parameters }, weights, activations };
}

function chooseWeights(
  parent: Model,
  node: { readonly id: string; readonly weight: string },
  format: WeightChoice['format'] & Parameters<typeof weightSteps>[1],
  name: string,
  options: WeightStepOptions = defaultWeightSteps,
): WeightChoice {
  const path = `model.${name}.${node.weight}`;
  const weight =
    parent.parameters.get(node.weight) ??
    fail('parameter-missing', path, 'the model does not have it', 'save the model with all its parameters');
  const steps = weightSteps(weight, format, path, options);
  const perStep = weight.data.length / steps.data.length;
  let error = 0;
  steps.data.forEach((step, row) => {
    error += weightError(
      weight.data.subarray(row * perStep, (row + 1) * perStep),
      step,
      format,
      options.exponent,
    );
  });
  const count = weight.data.length;
  const signal = weight.data.reduce((sum, value) => sum + Math.abs(value) ** options.exponent, 0) / count;
  return { layer: node.id, format, steps, error: error / count, signal };
}
