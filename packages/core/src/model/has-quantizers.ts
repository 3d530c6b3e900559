import type { ModelGraph } from './model.ts';

/** True when the graph has at least one quantizer, of activations or of weights. */
export function hasQuantizers(graph: ModelGraph): boolean {
  return graph.nodes.some(
    (node) => node.kind === 'quantize' || ('weightQuantizer' in node && node.weightQuantizer !== null),
  );
}
