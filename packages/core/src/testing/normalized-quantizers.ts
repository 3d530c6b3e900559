import type { Model, ModelNode } from '../model/model.ts';
import { valueShapes } from '../model/shapes.ts';

interface Normalization {
  readonly gain: number;
  readonly offset: number;
  /** Default 1, as activation equalisation makes it: a map of fractions. */
  readonly variance?: number;
}

/**
 * The model with a frozen batch norm, `gain * x / sqrt(variance) + offset`, in front of every activation quantizer, where activation
 * equalisation puts them.
 */
export function withNormalizedQuantizers(
  { graph, parameters }: Model,
  { gain, offset, variance = 1 }: Normalization,
): Model {
  const more = new Map(parameters);
  const shapes = valueShapes(graph, new Map([...parameters].map(([name, { shape }]) => [name, shape])));
  const nodes = graph.nodes.flatMap((node): readonly ModelNode[] => {
    if (node.kind !== 'quantize') return [node];
    const id = `${node.id}.normalized`;
    const channels = shapes.get(node.input)?.[0] ?? 0;
    const add = (field: string, value: number): string => {
      more.set(`${id}.${field}`, { shape: [channels], data: new Float32Array(channels).fill(value) });
      return `${id}.${field}`;
    };
    const [gamma, beta] = [add('gamma', gain), add('beta', offset)];
    const [mean, spread] = [add('mean', 0), add('variance', variance)];
    return [
      {
        kind: 'batch-norm',
        id,
        input: node.input,
        gamma,
        beta,
        mean,
        variance: spread,
        epsilon: 0,
        frozen: true,
      },
      { ...node, input: id },
    ];
  });
  return { graph: { ...graph, nodes }, parameters: more };
}
