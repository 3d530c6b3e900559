import { readingFrom, type Model, type ModelNode } from '../model/model.ts';

/**
 * A model without its quantizers: its weights as training left them, in full precision, from which training at other widths may
 * start (progressive quantization, Zhuang et al., CVPR 2018). Not the network that it was: what it computes is near.
 */
export function unquantized(model: Model): Model {
  const { graph } = model;
  const steps = new Set<string>();
  const sources = new Map<string, string>();
  const nodes: ModelNode[] = [];
  const nameOf = (id: string): string => sources.get(id) ?? id;
  for (const node of graph.nodes) {
    if (node.kind === 'quantize') {
      sources.set(node.id, nameOf(node.input));
      steps.add(node.step);
      continue;
    }
    const read = readingFrom(node, nameOf);
    if ((read.kind === 'conv' || read.kind === 'fully-connected') && read.weightQuantizer !== null) {
      steps.add(read.weightQuantizer.step);
      nodes.push({ ...read, weightQuantizer: null });
    } else {
      nodes.push(read);
    }
  }
  return {
    graph: { ...graph, nodes, output: nameOf(graph.output) },
    parameters: new Map([...model.parameters].filter(([name]) => !steps.has(name))),
  };
}
