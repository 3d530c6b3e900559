import type { ModelGraph } from '../model/model.ts';
import { Emitter } from './emitter.ts';
import { forwardPass, scaledImages } from './forward.ts';
import { isRunning, parameterSpecs } from './parameters.ts';
import { graphNames, parameterInputs, type EmittedGraph } from './step-graph.ts';
import { Tape } from './tape.ts';

/**
 * The batch norm statistics of one batch of a network in training mode, as it is: what weights that were averaged need, whose
 * running statistics belong to other weights (Izmailov et al. 2018, section 3.2).
 *
 * Inputs: {@link graphNames}.images and every parameter but running statistics. Outputs: {@link graphNames}.nextParameter of every
 * mean and (unbiased) variance that training brings up to date; none for a network without batch norm.
 */
export function statisticsGraph(
  graph: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  options: { readonly batch: number },
): EmittedGraph {
  const specs = parameterSpecs(graph, weightShapes);
  const taken = specs.filter(({ role }) => !isRunning(role));
  const emitter = new Emitter(`${graph.name}-statistics`);
  const codes = emitter.input(graphNames.images, [options.batch, ...graph.input.shape], 'uint8');
  const parameters = parameterInputs(emitter, taken);
  const images = scaledImages(emitter, codes, graph.input.scale);
  const { statistics } = forwardPass(new Tape(emitter), graph, images, parameters, 'training');
  for (const [name, value] of statistics) emitter.output(graphNames.nextParameter(name), value);
  return { bytes: emitter.builder.encode(), parameters: taken };
}
