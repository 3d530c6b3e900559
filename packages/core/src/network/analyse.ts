import type { Issue } from '../diagnostics/index.ts';
import { Check, showShape } from './check.ts';
import { elementCount } from './integers.ts';
import { INPUT_ID, type Network, type NetworkNode } from './network.ts';
import { checkAdd, checkRelu } from './nodes/add.ts';
import { checkAffine } from './nodes/affine.ts';
import { checkConv } from './nodes/conv.ts';
import { checkConcat } from './nodes/concat.ts';
import { checkFullyConnected } from './nodes/fully-connected.ts';
import { checkPad } from './nodes/pad.ts';
import { checkAveragePool, checkFlatten, checkGlobalAveragePool, checkMaxPool } from './nodes/pool.ts';
import { checkSlice } from './nodes/slice.ts';
import { checkUpsample } from './nodes/upsample.ts';
import { checkThreshold } from './nodes/threshold.ts';
import type { TensorType } from './tensor-type.ts';

/** Ids of the values that a node reads, in order. */
export function inputsOf(node: NetworkNode): readonly string[] {
  return 'inputs' in node ? node.inputs : [node.input];
}

/** The type of a node's value, given its operands' types; null when `check` got an issue. */
export function inferNode(
  node: NetworkNode,
  operands: readonly [TensorType, ...TensorType[]],
  check: Check,
): TensorType | null {
  const [input, second = input] = operands;
  switch (node.kind) {
    case 'conv':
      return checkConv(node, input, check);
    case 'fully-connected':
      return checkFullyConnected(node, input, check);
    case 'threshold':
      return checkThreshold(node, input, check);
    case 'affine':
      return checkAffine(node, input, check);
    case 'add':
      return checkAdd(node, input, second, check);
    case 'relu':
      return checkRelu(input, check);
    case 'max-pool':
      return checkMaxPool(node, input, check);
    case 'average-pool':
      return checkAveragePool(node, input, check);
    case 'global-average-pool':
      return checkGlobalAveragePool(input, check);
    case 'flatten':
      return checkFlatten(input, check);
    case 'pad':
      return checkPad(node, input, check);
    case 'slice':
      return checkSlice(node, input, check);
    case 'upsample':
      return checkUpsample(node, input, check);
    case 'concat':
      return checkConcat(operands, check);
    default:
      return node satisfies never;
  }
}

/** What is known of a network after one pass: the types that could be proven, and everything that is wrong. */
export interface Analysis {
  readonly types: ReadonlyMap<string, TensorType>;
  readonly issues: readonly Issue[];
}

function checkInput(network: Network, check: Check): TensorType | null {
  const { shape, bits } = network.input;
  check.integer('bits', bits, 1, 8);
  if (shape.length !== 1 && shape.length !== 3) {
    check.report(
      'rank-mismatch',
      'shape',
      `is ${showShape(shape)}, must be [channels, height, width] or [features]`,
      'give one or three sizes',
    );
  }
  for (const [axis, size] of shape.entries()) check.integer(`shape[${axis}]`, size, 1, 2 ** 24);
  return check.failed ? null : { kind: 'codes', shape, bits };
}

function resolve(
  node: NetworkNode,
  types: ReadonlyMap<string, TensorType | null>,
  allIds: ReadonlySet<string>,
  check: Check,
): readonly [TensorType, ...TensorType[]] | null {
  const found: TensorType[] = [];
  if (inputsOf(node).length === 0) {
    check.report('no-inputs', 'inputs', 'is empty, must name at least one value', 'name the values to join');
    return null;
  }
  for (const [position, id] of inputsOf(node).entries()) {
    const field = 'inputs' in node ? `inputs[${position}]` : 'input';
    const type = types.get(id);
    if (type === undefined) {
      if (allIds.has(id)) {
        check.report(
          'not-topological',
          field,
          `names '${id}', which is not made before this node`,
          'order the nodes so that each one follows its inputs',
        );
      } else {
        check.report(
          'unknown-input',
          field,
          `names '${id}', and no node has that id`,
          `name an earlier node or '${INPUT_ID}'`,
        );
      }
    } else if (type !== null) {
      found.push(type);
    }
  }
  if (found.length < inputsOf(node).length) return null;
  const [first, ...rest] = found;
  return [first, ...rest];
}

function checkDead(network: Network, issues: Issue[]): void {
  const needed = new Set<string>([network.output]);
  for (const node of [...network.nodes].reverse()) {
    if (needed.has(node.id)) for (const id of inputsOf(node)) needed.add(id);
  }
  for (const [index, node] of network.nodes.entries()) {
    if (needed.has(node.id)) continue;
    const check = new Check(`nodes.${index}(${node.id})`, issues);
    check.report(
      'dead-node',
      '',
      `does not contribute to the output '${network.output}'`,
      'remove the node, or use its value',
    );
  }
}

function checkOutput(network: Network, types: ReadonlyMap<string, TensorType | null>, issues: Issue[]): void {
  const check = new Check('output', issues);
  const type = network.nodes.some((node) => node.id === network.output)
    ? types.get(network.output)
    : undefined;
  if (type === undefined) {
    check.report(
      'unknown-output',
      '',
      `names '${network.output}', and no node has that id`,
      'name the node whose value is the result',
    );
  } else if (type !== null && (type.kind !== 'integers' || type.shape.length !== 1)) {
    const what = type.kind === 'codes' ? `${type.bits}-bit codes` : 'integers';
    check.report(
      'output-not-vector',
      '',
      `'${network.output}' is ${what} of shape ${showShape(type.shape)}, must be integers of shape [classes]`,
      'end with a fully-connected layer, or flatten',
    );
  }
}

/** Proves the type of every value and collects every broken rule, in one pass in topological order. */
export function analyse(network: Network): Analysis {
  const issues: Issue[] = [];
  const types = new Map<string, TensorType | null>([
    [INPUT_ID, checkInput(network, new Check('input', issues))],
  ]);
  const allIds = new Set(network.nodes.map((node) => node.id));
  if (network.nodes.length === 0) {
    new Check('nodes', issues).report(
      'no-nodes',
      '',
      'is empty, a network has at least one node',
      'add the layers',
    );
  }
  for (const [index, node] of network.nodes.entries()) {
    const check = new Check(`nodes.${index}(${node.id})`, issues);
    if (node.id === '') check.report('id-empty', 'id', 'is empty', 'give the node a unique name');
    if (types.has(node.id)) {
      const why = node.id === INPUT_ID ? 'is reserved for the network input' : 'is used by an earlier node';
      check.report('duplicate-id', 'id', `'${node.id}' ${why}`, 'give the node a unique name');
      continue;
    }
    const operands = resolve(node, types, allIds, check);
    let type = operands === null || check.failed ? null : inferNode(node, operands, check);
    if (type !== null && elementCount(type.shape) >= 2 ** 31) {
      check.report(
        'tensor-too-large',
        '',
        `has ${elementCount(type.shape)} elements, must have fewer than 2^31`,
        'use a smaller input or fewer channels',
      );
      type = null;
    }
    types.set(node.id, check.failed ? null : type);
  }
  checkOutput(network, types, issues);
  checkDead(network, issues);
  const proven = new Map<string, TensorType>();
  for (const [id, type] of types) if (type !== null) proven.set(id, type);
  return { types: proven, issues };
}
