import type { FloatTensor, Model, ModelBatchNormNode, ModelNode } from '../model/model.ts';
import { inputsOf } from '../model/model.ts';

/** What makes a layer's output like the full-precision one, per channel: `scale * output + offset`. */
export interface LayerCorrection {
  readonly scale: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
}

/**
 * A model with the outputs of some layers corrected, by its parameters alone: in the batch norm that
 * alone reads the layer, `gamma' = gamma * scale`, `mean' = (mean - offset) / scale`; elsewhere in the layer's
 * bias, which is made when there is none.
 *
 * @param corrections by layer id; scales above 0, and 1 where {@link onlyBatchNorm} finds none.
 */
export function correctLayers(model: Model, corrections: ReadonlyMap<string, LayerCorrection>): Model {
  const parameters = new Map<string, FloatTensor>(model.parameters);
  const change = (name: string, make: (old: number, channel: number) => number): void => {
    const old = parameters.get(name);
    if (old === undefined) throw new Error(`model ${model.graph.name}: no parameter '${name}'`);
    parameters.set(name, { shape: old.shape, data: old.data.map(make) });
  };
  const nodes = model.graph.nodes.map((node): ModelNode => {
    if (node.kind !== 'conv' && node.kind !== 'fully-connected') return node;
    const correction = corrections.get(node.id);
    if (correction === undefined) return node;
    const { scale, offset } = correction;
    const norm = onlyBatchNorm(model, node.id);
    if (norm !== null) {
      change(norm.gamma, (old, c) => old * scale[c]);
      change(norm.mean, (old, c) => (old - offset[c]) / scale[c]);
      return node;
    }
    if (Array.prototype.some.call(scale, (value) => value !== 1)) {
      throw new Error(`model ${model.graph.name}: '${node.id}' has no batch norm to take a scale`);
    }
    if (node.bias !== null) {
      change(node.bias, (old, c) => old + offset[c]);
      return node;
    }
    const bias = `${node.id}.bias`;
    parameters.set(bias, { shape: [offset.length], data: Float32Array.from(offset) });
    return { ...node, bias };
  });
  return { graph: { ...model.graph, nodes }, parameters };
}

/** The batch norm that reads a value, when nothing else does and its parameters are its own. */
export function onlyBatchNorm(model: Model, id: string): ModelBatchNormNode | null {
  const { nodes, output } = model.graph;
  const readers = nodes.filter((node) => inputsOf(node).includes(id));
  const [reader] = readers;
  if (readers.length !== 1 || reader.kind !== 'batch-norm' || output === id) return null;
  const names = [reader.gamma, reader.beta, reader.mean];
  const shared = nodes.some(
    (node) =>
      node !== reader &&
      node.kind === 'batch-norm' &&
      names.some((name) => [node.gamma, node.beta, node.mean].includes(name)),
  );
  return shared ? null : reader;
}
