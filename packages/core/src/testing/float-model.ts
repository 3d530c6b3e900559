import type { Model, ModelNode } from '../model/model.ts';
import { randomModel, type RandomModelOptions } from './random-model.ts';

/** A random model as {@link randomModel} draws it, without any quantizer: full precision. */
export function randomFloatModel(seed: number, options: RandomModelOptions = {}): Model {
  const { graph, parameters } = randomModel(seed, options);
  const sources = new Map(graph.nodes.map((node) => [node.id, node]));
  const around = (id: string): string => {
    const node = sources.get(id);
    return node?.kind === 'quantize' ? around(node.input) : id;
  };
  const nodes = graph.nodes.flatMap((node): ModelNode[] => {
    if (node.kind === 'quantize') return [];
    if ('inputs' in node) return [{ ...node, inputs: node.inputs.map(around) } as ModelNode];
    const read = { ...node, input: around(node.input) };
    return ['weightQuantizer' in read ? { ...read, weightQuantizer: null } : read];
  });
  const steps = new Set(
    graph.nodes.flatMap((node) => {
      if (node.kind === 'quantize') return [node.step];
      return 'weightQuantizer' in node && node.weightQuantizer !== null ? [node.weightQuantizer.step] : [];
    }),
  );
  return {
    graph: { ...graph, nodes, output: around(graph.output) },
    parameters: new Map([...parameters].filter(([name]) => !steps.has(name))),
  };
}
