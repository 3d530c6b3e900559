import type { OnnxNode } from './graph.ts';
import { nodePlace, quoted, type IssueList } from './place.ts';
import { topologicalOrder } from './topological-order.ts';

/** The values of a graph by name: who makes them and who reads them. */
export interface ValueFlow {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly initializers: ReadonlySet<string>;
  readonly nodes: readonly OnnxNode[];
}

/** Inputs that are weights in a trained network: when nobody makes them, an initializer is missing. */
const weightInputs: ReadonlyMap<string, readonly number[]> = new Map([
  ['Conv', [1, 2]],
  ['Gemm', [1, 2]],
  ['MatMul', [1]],
  ['BatchNormalization', [1, 2, 3, 4]],
  ['PRelu', [1]],
  ['Quant', [1, 2, 3]],
  ['QuantizeLinear', [1, 2]],
  ['DequantizeLinear', [1, 2]],
  ['MultiThreshold', [1]],
]);

const NO_NODE = -1;

/** By value name, the index of the node that makes it; {@link NO_NODE} for inputs and initializers. */
function findProducers({ inputs, initializers, nodes }: ValueFlow, issues: IssueList): Map<string, number> {
  const producers = new Map<string, number>();
  for (const name of initializers) producers.set(name, NO_NODE);
  const seen = new Set<string>();
  for (const [index, name] of inputs.entries()) {
    const path = `graph.inputs[${index}]`;
    if (name === '') issues.add('onnx-value-name', path, 'the input has no name', 'export the network again');
    if (seen.has(name))
      issues.add('onnx-duplicate-value', path, `input ${quoted(name)} is listed twice`, RENAME);
    seen.add(name);
    producers.set(name, NO_NODE);
  }
  for (const [index, node] of nodes.entries()) {
    const place = nodePlace(index, node.name, node.operator);
    for (const [position, name] of node.outputs.entries()) {
      if (name === '') continue;
      const other = producers.get(name);
      if (other === undefined) {
        producers.set(name, index);
        continue;
      }
      const maker = other === NO_NODE ? 'an input or initializer' : placeOf(nodes, other);
      issues.add(
        'onnx-duplicate-value',
        `${place}.outputs[${position}]`,
        `value ${quoted(name)} is made already by ${maker}; every value has one maker`,
        RENAME,
      );
    }
  }
  return producers;
}

const RENAME = 'give every value a name of its own';

function addMissing(node: OnnxNode, index: number, position: number, issues: IssueList): void {
  const name = node.inputs[position];
  const place = `${nodePlace(index, node.name, node.operator)}.inputs[${position}]`;
  if (weightInputs.get(node.operator)?.includes(position) === true) {
    issues.add(
      'onnx-missing-initializer',
      place,
      `weight ${quoted(name)} is missing: no initializer, input or node makes it`,
      'export the network with its weights (export_params=True)',
    );
    return;
  }
  issues.add(
    'onnx-undefined-value',
    place,
    `reads value ${quoted(name)}, which no input, initializer or node makes`,
    'export the network again, whole',
  );
}

/**
 * Checks that every value has one maker, that what is read or put out is made, and that nothing
 * depends on itself; orders the nodes.
 *
 * @returns indices of `nodes` in topological order; undefined (or an order that must not be used)
 *   after adding the reasons to `issues`: `onnx-duplicate-value`, `onnx-undefined-value`,
 *   `onnx-missing-initializer`, `onnx-missing-output`, `onnx-cycle`, `onnx-value-name`.
 */
export function orderNodes(flow: ValueFlow, issues: IssueList): readonly number[] | undefined {
  const { nodes, outputs } = flow;
  const producers = findProducers(flow, issues);
  const reads = nodes.map((node, index) => {
    const from: number[] = [];
    for (const [position, name] of node.inputs.entries()) {
      if (name === '') continue;
      const producer = producers.get(name);
      if (producer === undefined) addMissing(node, index, position, issues);
      else if (producer !== NO_NODE) from.push(producer);
    }
    return from;
  });
  for (const [index, name] of outputs.entries()) {
    if (producers.has(name)) continue;
    issues.add(
      'onnx-missing-output',
      `graph.outputs[${index}]`,
      `output ${quoted(name)} is made by no node`,
      'export the network again, whole',
    );
  }
  const result = topologicalOrder(reads);
  if (result.kind === 'order') return result.order;
  issues.add(
    'onnx-cycle',
    placeOf(nodes, result.cycle[0]),
    `the nodes read each other in a circle: ${describeCycle(nodes, result.cycle)}`,
    'a network to import has no loops; export it unrolled',
  );
  return undefined;
}

function placeOf(nodes: readonly OnnxNode[], index: number): string {
  const node = nodes[index];
  return nodePlace(index, node.name, node.operator);
}

function describeCycle(nodes: readonly OnnxNode[], cycle: readonly number[]): string {
  const MOST = 8;
  const shown = cycle.slice(0, MOST).map((index) => placeOf(nodes, index));
  const more = cycle.length > MOST ? [`${cycle.length - MOST} more`] : [];
  return [...shown, ...more, placeOf(nodes, cycle[0])].join(' → ');
}
