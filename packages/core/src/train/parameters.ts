import type { ModelGraph } from '../model/model.ts';
import { valueShapes } from '../model/shapes.ts';

export { valueShapes } from '../model/shapes.ts';

/** What a parameter is, which decides how it starts, decays and is updated. */
export type ParameterRole =
  | 'weight'
  | 'bias'
  | 'gamma'
  | 'beta'
  | 'mean'
  | 'variance'
  | 'frozen-mean'
  | 'frozen-variance'
  | 'weight-step'
  | 'activation-step';

/** A parameter of a model graph without its values. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
}

/** True for parameters that the gradient changes; statistics are not. */
export function isTrainable(role: ParameterRole): boolean {
  return !isRunning(role) && role !== 'frozen-mean' && role !== 'frozen-variance';
}

/** True for statistics that training brings up to date with every batch. */
export function isRunning(role: ParameterRole): boolean {
  return role === 'mean' || role === 'variance';
}

/**
 * Every parameter that a graph names, in the order of its nodes, with shapes; once where nodes share it.
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
        specs.push({ name: node.mean, shape: channels, role: node.frozen === true ? 'frozen-mean' : 'mean' });
        specs.push({
          name: node.variance,
          shape: channels,
          role: node.frozen === true ? 'frozen-variance' : 'variance',
        });
        break;
      }
      case 'quantize':
        specs.push({ name: node.step, shape: [], role: 'activation-step' });
        break;
      default:
        break;
    }
  }
  const names = specs.map(({ name }) => name);
  return specs.filter(({ name }, index) => names.indexOf(name) === index);
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
