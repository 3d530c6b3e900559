import { fail } from '../diagnostics/index.ts';
import type { Model, ModelNode } from '../model/model.ts';

/**
 * A quantized model in which one layer alone is quantized: its weights, and the codes that it reads. Every
 * other layer computes in full precision; other readers of a quantizer of that layer read its input.
 *
 * @throws TallyError `layer-unknown`
 */
export function isolated(model: Model, layer: string): Model {
  const { nodes } = model.graph;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const target = byId.get(layer);
  if (target?.kind !== 'conv' && target?.kind !== 'fully-connected') {
    return fail(
      'layer-unknown',
      `model.${model.graph.name}.${layer}`,
      'is no conv or fully connected layer',
      'name a layer of the network',
    );
  }
  // From the layer up to its quantizer: through a flatten, which is the layer's own or shared.
  const kept = new Set<string>();
  let above = byId.get(target.input);
  while (above !== undefined && above.kind === 'flatten') {
    kept.add(above.id);
    above = byId.get(above.input);
  }
  if (above?.kind === 'quantize') kept.add(above.id);
  /** What a node that is not quantized reads instead. */
  const around = (id: string): string => {
    const node = byId.get(id);
    return node?.kind === 'quantize' ? around(node.input) : id;
  };
  const made = nodes.flatMap((node): ModelNode[] => {
    if (node.kind === 'quantize') return kept.has(node.id) ? [{ ...node, input: around(node.input) }] : [];
    if (node.id === layer || kept.has(node.id)) return [node];
    const free = 'weightQuantizer' in node ? { ...node, weightQuantizer: null } : node;
    if ('inputs' in free) {
      return [{ ...free, inputs: free.inputs.map(around) } as ModelNode];
    }
    return [{ ...free, input: around(free.input) }];
  });
  return { graph: { ...model.graph, nodes: made }, parameters: model.parameters };
}
