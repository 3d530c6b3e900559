import type { ModelGraph } from '../model/model.ts';
import { fail } from '../diagnostics/index.ts';
import { windowOutput } from '../network/window.ts';

/** What a parameter is, which decides how it starts, decays and is updated. */
export type ParameterRole =
  'weight' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance' | 'weight-step' | 'activation-step';

/** A parameter of a model graph without its values. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
}

/** True for parameters that the gradient changes; running statistics are not. */
export function isTrainable(role: ParameterRole): boolean {
  return role !== 'mean' && role !== 'variance';
}

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

/**
 * Every parameter that a graph names, in the order of its nodes, with shapes.
 *
 * @param weightShapes shapes of the conv and fully connected weights, which the graph alone does not fix
 *   (a {@link ModelGraph} knows its windows but not its channel counts), and of the weight quantizers' steps
 *   where these are not scalars.
 */
export function parameterSpecs(
  graph: ModelGraph,
  weightShapes: ReadonlyMap<string, readonly number[]>,
): readonly ParameterSpec[] {
  const shapes = valueShapes(graph, weightShapes);
  const specs: ParameterSpec[] = [];
  for (const node of graph.nodes) {
    switch (node.kind) {
      case 'conv':
      case 'fully-connected': {
        const shape = weightShapes.get(node.weight) ?? [];
        specs.push({ name: node.weight, shape, role: 'weight' });
        if (node.bias !== null) {
          specs.push({ name: node.bias, shape: [shape[0] ?? 0], role: 'bias' });
        }
        if (node.weightQuantizer !== null)
          specs.push({
            name: node.weightQuantizer.step,
            shape: weightShapes.get(node.weightQuantizer.step) ?? [],
            role: 'weight-step',
          });
        break;
      }
      case 'batch-norm': {
        const channels = [shapes.get(node.id)?.[0] ?? 0];
        specs.push({ name: node.gamma, shape: channels, role: 'gamma' });
        specs.push({ name: node.beta, shape: channels, role: 'beta' });
        specs.push({ name: node.mean, shape: channels, role: 'mean' });
        specs.push({ name: node.variance, shape: channels, role: 'variance' });
        break;
      }
      case 'quantize':
        specs.push({ name: node.step, shape: [], role: 'activation-step' });
        break;
      default:
        break;
    }
  }
  return specs;
}

/** Shapes of the weights and of their quantizers' steps of a model that has its parameters: what {@link parameterSpecs} asks for. */
export function weightShapesOf(
  graph: ModelGraph,
  parameters: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const node of graph.nodes) {
    if (node.kind !== 'conv' && node.kind !== 'fully-connected') continue;
    const shape = parameters.get(node.weight)?.shape;
    if (shape !== undefined) shapes.set(node.weight, shape);
    const step = node.weightQuantizer?.step;
    const stepShape = step === undefined ? undefined : parameters.get(step)?.shape;
    if (step !== undefined && stepShape !== undefined) shapes.set(step, stepShape);
  }
  return shapes;
}
