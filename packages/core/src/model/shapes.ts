import { fail } from '../diagnostics/index.ts';
import { windowOutput } from '../network/window.ts';
import type { ModelGraph } from './model.ts';

/**
 * Shapes of all values of a model graph, without the batch axis, by node id (and `input`).
 *
 * @throws TallyError when a node reads a value that no earlier node makes, or shapes do not fit.
 */
export function valueShapes(
  graph: ModelGraph,
  weightShapes?: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>([['input', graph.input.shape]]);
  const shapeOf = (id: string, reader: string): readonly number[] =>
    shapes.get(id) ??
    fail(
      'model-value-unknown',
      `model.${graph.name}.nodes.${reader}`,
      `reads the value '${id}', which no earlier node makes`,
      'list the nodes in topological order and check the input names',
    );
  const outChannels = (weight: string, reader: string): number =>
    weightShapes?.get(weight)?.[0] ??
    fail(
      'model-parameter-missing',
      `model.${graph.name}.nodes.${reader}`,
      `the weight parameter '${weight}' has no shape`,
      'give the model every parameter that its graph names',
    );
  for (const node of graph.nodes) {
    switch (node.kind) {
      case 'conv': {
        const [, h = 0, w = 0] = shapeOf(node.input, node.id);
        shapes.set(node.id, [
          outChannels(node.weight, node.id),
          ...windowOutput(node, [0, h, w], node.dilation),
        ]);
        break;
      }
      case 'fully-connected':
        shapeOf(node.input, node.id);
        shapes.set(node.id, [outChannels(node.weight, node.id)]);
        break;
      case 'max-pool':
      case 'average-pool': {
        const [c = 0, h = 0, w = 0] = shapeOf(node.input, node.id);
        shapes.set(node.id, [c, ...windowOutput(node, [c, h, w])]);
        break;
      }
      case 'global-average-pool':
        shapes.set(node.id, [shapeOf(node.input, node.id)[0] ?? 0, 1, 1]);
        break;
      case 'flatten':
        shapes.set(node.id, [shapeOf(node.input, node.id).reduce((product, size) => product * size, 1)]);
        break;
      case 'add': {
        const a = shapeOf(node.inputs[0], node.id);
        const b = shapeOf(node.inputs[1], node.id);
        if (a.join() !== b.join()) {
          fail(
            'model-shape-mismatch',
            `model.${graph.name}.nodes.${node.id}`,
            `adds shapes [${a.join(',')}] and [${b.join(',')}]`,
            'make both branches end in the same shape',
          );
        }
        shapes.set(node.id, a);
        break;
      }
      case 'batch-norm':
      case 'relu':
      case 'leaky-relu':
      case 'quantize':
      case 'clip':
        shapes.set(node.id, shapeOf(node.input, node.id));
        break;
      case 'pad': {
        const shape = shapeOf(node.input, node.id);
        shapes.set(
          node.id,
          shape.map((size, axis) => size + (node.before[axis] ?? 0) + (node.after[axis] ?? 0)),
        );
        break;
      }
      case 'upsample': {
        const [c = 0, h = 0, w = 0] = shapeOf(node.input, node.id);
        shapes.set(node.id, [c, h * node.factors[0], w * node.factors[1]]);
        break;
      }
      case 'slice':
        shapeOf(node.input, node.id);
        shapes.set(node.id, node.size);
        break;
      case 'concat': {
        const [first = [], ...rest] = node.inputs.map((input) => shapeOf(input, node.id));
        const channels = rest.reduce((sum, shape) => sum + (shape[0] ?? 0), first[0] ?? 0);
        shapes.set(node.id, [channels, ...first.slice(1)]);
        break;
      }
      default:
        throw new Error(`unknown node ${String(node satisfies never)}`);
    }
  }
  return shapes;
}
