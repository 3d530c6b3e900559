import type { FloatTensor, Model, ModelGraph } from '../model/model.ts';
import { elements } from './emitter.ts';
import { parameterSpecs } from './parameters.ts';
import { Random } from './random.ts';

/**
 * Initial parameters of a full-precision graph: convolutions normal with variance 2 / (out kh kw)
 * (He et al. 2015, fan out), fully connected weights and biases uniform in +-1/sqrt(in), batch norm the identity.
 * Each tensor has its own random stream, named after it.
 */
export function initialModel(
  graph: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
  seed: number,
): Model {
  const parameters = new Map<string, FloatTensor>();
  let fanIn = 1;
  for (const { name, shape, role } of parameterSpecs(graph, weightShapes)) {
    const random = new Random(seed, 'initialize', name);
    const data = new Float32Array(elements(shape));
    if (role === 'weight') {
      const [out = 1, ...rest] = shape;
      fanIn = elements(rest);
      const deviation = Math.sqrt(2 / (out * elements(shape.slice(2))));
      const bound = 1 / Math.sqrt(fanIn);
      for (let i = 0; i < data.length; i++) {
        data[i] = shape.length === 4 ? deviation * random.normal() : bound * (2 * random.unit() - 1);
      }
    } else if (role === 'bias') {
      const bound = 1 / Math.sqrt(fanIn);
      for (let i = 0; i < data.length; i++) data[i] = bound * (2 * random.unit() - 1);
    } else if (role === 'gamma' || role === 'variance' || role === 'frozen-variance') {
      data.fill(1);
    } else if (role === 'weight-step' || role === 'activation-step') {
      throw new Error(`${name}: quantizer steps come from a trained network, not from a seed`);
    }
    parameters.set(name, { shape, data });
  }
  return { graph, parameters };
}
