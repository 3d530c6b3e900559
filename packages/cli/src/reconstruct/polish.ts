import {
  blockGraph,
  defaultRegularizer,
  partition,
  valueShapes,
  weightShapesOf,
  type FloatTensor,
  type Model,
} from '@tally/core';
import type { Pixels } from '../calibrate/pixels.ts';
import { forwardBlock } from './forward.ts';
import type { PolishOptions } from './options.ts';
import { reconstructBlock } from './reconstruct-block.ts';

/**
 * Tunes activation steps, batch norms and biases of a quantized network behind its first block, all at once, so that its
 * probabilities come near the float network's on the images (knowledge distillation, Hinton et al. 2015). Weights,
 * their steps and batch norm's statistics stay as they are: a few thousand numbers are learned, and the images need
 * no labels. The same arguments give the same model on the same kind of CPU.
 *
 * @param model quantized; the graph of `parent` with quantizers.
 * @param onStep steps done and the step's cross entropy.
 */
export async function polish(
  model: Model,
  parent: Model,
  images: Pixels,
  options: PolishOptions,
  onStep: (done: number, loss: number) => void = () => undefined,
): Promise<Model> {
  const [stem] = partition(model.graph);
  const rest = { name: 'network', input: stem.output, output: model.graph.output };
  const shape = valueShapes(model.graph, weightShapesOf(model.graph, model.parameters)).get(rest.input) ?? [];
  const part = (of: Model, block: typeof rest, input: readonly number[]): ReturnType<typeof blockGraph> =>
    blockGraph(of.graph, block, input);
  const { threads } = options;
  const stemOutput = await forwardBlock(part(parent, stem, images.shape), parent.parameters, images, threads);
  const target = await forwardBlock(part(parent, rest, shape), parent.parameters, stemOutput, threads);
  const input = await forwardBlock(
    part(model, stem, images.shape),
    model.parameters,
    images,
    threads,
    stemOutput,
  );
  const { parameters } = await reconstructBlock(
    part(model, rest, shape),
    model.parameters,
    { input, floatInput: input, target },
    {
      ...options,
      rounding: false,
      affine: true,
      drop: false,
      objective: 'distillation',
      // Whole feature maps: a crop has no probabilities.
      crop: Math.max(...shape),
      rates: { ...options.rates, rounding: 0 },
      regularizer: defaultRegularizer,
    },
    onStep,
  );
  return {
    graph: model.graph,
    parameters: new Map<string, FloatTensor>([...model.parameters, ...parameters]),
  };
}
