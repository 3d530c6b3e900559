import { inputsOf, type ModelGraph } from '../model/model.ts';
import { Emitter } from './emitter.ts';
import { forwardPass, scaledImages } from './forward.ts';
import { parameterSpecs } from './parameters.ts';
import { graphNames, parameterInputs, type EmittedGraph } from './step-graph.ts';
import { Tape } from './tape.ts';

/** Output name of a value in a {@link valueGraph}. */
export function valueName(id: string): string {
  return `value/${id}`;
}

/**
 * The network in inference mode with some of its values as outputs (`[batch, ...shape]`, named by
 * {@link valueName}; `input` is the scaled image): what histograms and error measures read. Nodes
 * that none of these values needs are left out.
 *
 * Inputs: {@link graphNames}.images and every parameter of the nodes that are left.
 */
export function valueGraph(
  graph: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  options: { readonly batch: number; readonly values: readonly string[] },
): EmittedGraph {
  const needed = new Set(options.values);
  for (const node of [...graph.nodes].reverse()) {
    if (needed.has(node.id)) for (const input of inputsOf(node)) needed.add(input);
  }
  const nodes = graph.nodes.filter(({ id }) => needed.has(id));
  const part: ModelGraph = { ...graph, nodes, output: nodes.at(-1)?.id ?? 'input' };
  const specs = parameterSpecs(part, weightShapes);
  const emitter = new Emitter(`${graph.name}-values`);
  const codes = emitter.input(graphNames.images, [options.batch, ...graph.input.shape], 'uint8');
  const parameters = parameterInputs(emitter, specs);
  const images = scaledImages(emitter, codes, graph.input.scale);
  const { values } = forwardPass(new Tape(emitter), part, images, parameters, 'inference');
  for (const id of options.values) {
    const value = values.get(id);
    if (value === undefined) throw new Error(`model ${graph.name}: no value '${id}' to show`);
    emitter.output(valueName(id), emitter.node('Identity', [value], value.shape));
  }
  return { bytes: emitter.builder.encode(), parameters: specs };
}
