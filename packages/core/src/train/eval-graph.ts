import type { Model, ModelGraph } from '../model/model.ts';
import { Emitter, type Value } from './emitter.ts';
import { forwardPass, scaledImages } from './forward.ts';
import { parameterSpecs } from './parameters.ts';
import { correctCount, graphNames, parameterInputs, type EmittedGraph } from './step-graph.ts';
import { Tape } from './tape.ts';

/**
 * The network in inference mode (batch norm on running statistics, quantizers active).
 *
 * Inputs: {@link graphNames}.images, labels and every parameter. Outputs: logits, loss, correct.
 */
export function evalGraph(
  graph: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  options: { readonly batch: number },
): EmittedGraph {
  const specs = parameterSpecs(graph, weightShapes);
  const emitter = new Emitter(`${graph.name}-evaluation`);
  const tape = new Tape(emitter);
  const codes = emitter.input(graphNames.images, [options.batch, ...graph.input.shape], 'uint8');
  const labels = emitter.input(graphNames.labels, [options.batch], 'int64');
  const parameters = parameterInputs(emitter, specs);
  const images = scaledImages(emitter, codes, graph.input.scale);
  const { logits } = forwardPass(tape, graph, images, parameters, 'inference');
  emitter.output(graphNames.logits, logits);
  emitter.output(graphNames.loss, tape.apply('cross-entropy', [logits], { labels }).output);
  emitter.output(graphNames.correct, correctCount(emitter, logits, labels));
  return { bytes: emitter.builder.encode(), parameters: specs };
}

/** How {@link inferenceGraph} answers. */
export interface InferenceOptions {
  /** Images of every run. */
  readonly batch: number;
  /** With the mean of the logits of each image and of its mirror image (left and right swapped); the default is the image alone. */
  readonly mirrored?: boolean;
}

/**
 * The network in inference mode with its parameters as constants, which lets the runtime fold and
 * lay them out: input {@link graphNames}.images, output logits.
 */
export function inferenceGraph(
  { graph, parameters }: Model,
  { batch, mirrored = false }: InferenceOptions,
): Uint8Array {
  const emitter = new Emitter(`${graph.name}-inference`);
  const codes = emitter.input(graphNames.images, [batch, ...graph.input.shape], 'uint8');
  const constants = new Map(
    [...parameters].map(([name, { shape, data }]) => [name, emitter.constant(shape, data)]),
  );
  const logitsOf = (images: Value): Value =>
    forwardPass(new Tape(emitter), graph, images, constants, 'inference').logits;
  const images = scaledImages(emitter, codes, graph.input.scale);
  if (!mirrored) {
    emitter.output(graphNames.logits, logitsOf(images));
  } else {
    const columns = images.shape.length - 1;
    const width = images.shape[columns] ?? 0;
    const swapped = emitter.integers(Array.from({ length: width }, (_, column) => width - 1 - column));
    const mirror = emitter.node('Gather', [images, swapped], images.shape, { axis: { int: columns } });
    emitter.output(graphNames.logits, emitter.scale(emitter.add(logitsOf(images), logitsOf(mirror)), 0.5));
  }
  return emitter.builder.encode();
}

/** Output name of the mean magnitude of a value in a {@link probeGraph}. */
export function probeName(id: string): string {
  return `mean-magnitude/${id}`;
}

/**
 * The network in inference mode with the mean magnitude of some of its values as outputs (scalars
 * named by {@link probeName}): what calibration of activation steps needs.
 *
 * Inputs: {@link graphNames}.images and every parameter.
 */
export function probeGraph(
  graph: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  options: { readonly batch: number; readonly values: readonly string[] },
): EmittedGraph {
  const specs = parameterSpecs(graph, weightShapes);
  const emitter = new Emitter(`${graph.name}-probe`);
  const tape = new Tape(emitter);
  const codes = emitter.input(graphNames.images, [options.batch, ...graph.input.shape], 'uint8');
  const parameters = parameterInputs(emitter, specs);
  const images = scaledImages(emitter, codes, graph.input.scale);
  const { values } = forwardPass(tape, graph, images, parameters, 'inference');
  for (const id of options.values) {
    const value = values.get(id);
    if (value === undefined) throw new Error(`model ${graph.name}: no value '${id}' to probe`);
    const magnitude = emitter.node('Abs', [value], value.shape);
    emitter.output(probeName(id), emitter.node('ReduceMean', [magnitude], [], { keepdims: { int: 0 } }));
  }
  return { bytes: emitter.builder.encode(), parameters: specs };
}
