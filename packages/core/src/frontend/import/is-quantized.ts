import { inputsOf, type ModelGraph } from '../../model/model.ts';
import { INPUT_ID } from '../../network/network.ts';

/**
 * Whether every conv and fully connected layer of a graph has a weight quantizer and reads codes: the
 * input's, or a quantizer's, moved about by nodes that make codes of codes.
 */
export function isQuantized(graph: ModelGraph): boolean {
  const codes = new Set<string>([INPUT_ID]);
  let layers = 0;
  for (const node of graph.nodes) {
    switch (node.kind) {
      case 'quantize':
        codes.add(node.id);
        break;
      case 'pad':
      case 'slice':
      case 'upsample':
      case 'concat':
      case 'max-pool':
      case 'flatten':
        if (inputsOf(node).every((id) => codes.has(id))) codes.add(node.id);
        break;
      case 'conv':
      case 'fully-connected':
        if (node.weightQuantizer === null || !codes.has(node.input)) return false;
        layers++;
        break;
      case 'batch-norm':
      case 'relu':
      case 'leaky-relu':
      case 'clip':
      case 'add':
      case 'average-pool':
      case 'global-average-pool':
        break;
      default:
        throw new Error(`unknown node ${String(node satisfies never)}`);
    }
  }
  return layers > 0;
}
