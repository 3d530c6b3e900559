import { fail, throwIfAny, type Issue } from '../../diagnostics/index.ts';
import { atPlace } from './at-place.ts';
import { checkNodes, type FindOperator } from './check-supported.ts';
import type { OnnxDimension, OnnxModel, OnnxNode } from './graph.ts';
import { nodePlace, quoted } from './place.ts';
import type { SimplifiedGraph } from './simplified.ts';
import type { OnnxElementType, OnnxTensor } from './tensor.ts';

/** Options of one run. */
export interface RunOptions {
  /** Values to return besides the outputs: `'all'`, or names. */
  readonly keep?: 'all' | readonly string[];
  /** Called with every value that a node makes, when it is made; nothing is kept for it. */
  readonly observe?: (name: string, value: OnnxTensor, node: OnnxNode) => void;
}

/** What a run gives. */
export interface RunResult {
  readonly outputs: ReadonlyMap<string, OnnxTensor>;
  /** The values asked for by `keep`, by name. */
  readonly values: ReadonlyMap<string, OnnxTensor>;
}

/** Runs a graph node by node in floating point, with the reference semantics of its operators. */
export interface FloatExecutor {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * @param inputs a tensor for every input of the graph.
   * @throws TallyError `onnx-input` for inputs that are missing or do not fit, or an operator's refusal
   *   with the node's place.
   */
  run(inputs: ReadonlyMap<string, OnnxTensor>, options?: RunOptions): RunResult;
}

interface DeclaredInput {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly shape: readonly OnnxDimension[] | null;
}

/** The parts of a graph that running it needs. */
interface Runnable {
  readonly inputs: readonly DeclaredInput[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  readonly opsets: ReadonlyMap<string, number>;
}

function runnable(source: OnnxModel | SimplifiedGraph): Runnable {
  if ('graph' in source) {
    const { graph, opsets } = source;
    return {
      inputs: graph.inputs,
      outputs: graph.outputs.map(({ name }) => name),
      nodes: graph.nodes,
      constants: graph.initializers,
      opsets,
    };
  }
  const inputs = source.inputs.map((name) => ({ name, ...source.types.get(name)! }));
  return { ...source, inputs };
}

function checkInputs(declared: readonly DeclaredInput[], given: ReadonlyMap<string, OnnxTensor>): void {
  const issues: Issue[] = [];
  for (const { name, type, shape } of declared) {
    const tensor = given.get(name);
    const stated = `${type} ${shape === null ? 'of any shape' : `[${shape.join(', ')}]`}`;
    const fits =
      tensor?.type === type &&
      (shape === null ||
        (shape.length === tensor.shape.length &&
          shape.every((size, axis) => typeof size === 'string' || size === tensor.shape[axis])));
    if (fits) continue;
    issues.push({
      code: 'onnx-input',
      path: `inputs ${quoted(name)}`,
      message:
        tensor === undefined
          ? 'the input is missing'
          : `the input is ${tensor.type} [${tensor.shape.join(', ')}], the network takes ${stated}`,
      remedy: `give ${stated}`,
    });
  }
  const names = declared.map(({ name }) => name);
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    issues.push({
      code: 'onnx-input',
      path: `inputs ${quoted(name)}`,
      message: 'the network has no such input',
      remedy: `its inputs are ${names.map(quoted).join(', ')}`,
    });
  }
  throwIfAny(issues);
}

/** By node, the values that no later node reads and that may be forgotten after it. */
function lastUses(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>): readonly (readonly string[])[] {
  const last = new Map<string, number>();
  for (const [index, node] of nodes.entries())
    for (const name of [...node.outputs, ...node.inputs]) last.set(name, index);
  const dying = nodes.map((): string[] => []);
  for (const [name, index] of last) if (!outputs.has(name)) dying[index].push(name);
  return dying;
}

function valueOf(values: ReadonlyMap<string, OnnxTensor>, name: string, place: string): OnnxTensor {
  return (
    values.get(name) ??
    fail(
      'onnx-unsupported',
      place,
      `value ${quoted(name)} is an optional output that its operator does not compute`,
      'see FEATURES.md for what can be read',
    )
  );
}

/**
 * Prepares a graph for running. Values are freed after their last use, so a run holds the constants and
 * the widest cut through the graph.
 *
 * @param source a decoded model (symbolic sizes stay open) or a simplified graph.
 * @throws TallyError with every operator and attribute that cannot run.
 */
export function createFloatExecutor(
  source: OnnxModel | SimplifiedGraph,
  operator: FindOperator,
): FloatExecutor {
  const { inputs, outputs, nodes, constants, opsets } = runnable(source);
  throwIfAny(checkNodes(nodes, opsets, operator));
  const dying = lastUses(nodes, new Set(outputs));
  const steps = nodes.map((node, index) => {
    const opset = opsets.get(node.domain) ?? 1;
    const evaluator = operator(node.domain, node.operator, opset)!;
    return { node, place: nodePlace(index, node.name, node.operator), opset, evaluator };
  });
  return {
    inputNames: inputs.map(({ name }) => name),
    outputNames: outputs,
    run(given, { keep = [], observe } = {}) {
      checkInputs(inputs, given);
      const values = new Map<string, OnnxTensor>([...constants, ...given]);
      const kept = new Map<string, OnnxTensor>();
      const wanted = keep === 'all' ? null : new Set(keep);
      for (const [index, { node, place, opset, evaluator }] of steps.entries()) {
        const operands = node.inputs.map((name) => (name === '' ? null : valueOf(values, name, place)));
        const results = atPlace(place, () => evaluator.evaluate(operands, { node, opset }));
        for (const [position, name] of node.outputs.entries()) {
          const result = results.at(position) ?? null;
          if (name === '' || result === null) continue;
          values.set(name, result);
          observe?.(name, result, node);
          if (wanted?.has(name) ?? true) kept.set(name, result);
        }
        for (const name of dying[index]) values.delete(name);
      }
      for (const name of wanted ?? [])
        if (!kept.has(name) && (constants.has(name) || given.has(name)))
          kept.set(name, (constants.get(name) ?? given.get(name))!);
      return {
        outputs: new Map(outputs.map((name) => [name, valueOf(values, name, 'graph.outputs')])),
        values: kept,
      };
    },
  };
}
