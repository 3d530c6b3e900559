import type { OnnxAttribute } from '../graph.ts';
import { findOperator } from '../registry.ts';
import type { OnnxElementType, OnnxTensor, OnnxTensorData } from '../tensor.ts';
import { allocate } from './support/elements.ts';
import { sizeOf } from './support/shape.ts';

/** Attribute values as tests write them: a whole number is an int. */
export type Plain = number | string | readonly number[] | { readonly float: number } | OnnxTensor;

function attribute(value: Plain): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  if ('type' in value) return { kind: 'tensor', value };
  return { kind: value.every(Number.isInteger) ? 'ints' : 'floats', value };
}

/** Options of {@link apply}. */
export interface ApplyOptions {
  readonly opset?: number;
  readonly attributes?: Readonly<Record<string, Plain>>;
  readonly outputs?: readonly string[];
  readonly domain?: string;
}

/** Applies an operator of the registry as node 'n'. */
export function apply(
  operator: string,
  inputs: readonly (OnnxTensor | null)[],
  { opset = 17, attributes = {}, outputs = ['y'], domain = '' }: ApplyOptions = {},
): readonly (OnnxTensor | null)[] {
  const found = findOperator(domain, operator, opset);
  if (found === undefined) throw new Error(`no operator ${operator} at ${opset}`);
  const entries = Object.entries(attributes).map(([name, value]) => [name, attribute(value)] as const);
  const node = {
    name: 'n',
    domain,
    operator,
    inputs: inputs.map((tensor, i) => (tensor === null ? '' : `x${i}`)),
    outputs,
    attributes: new Map(entries),
  };
  return found.evaluate(inputs, { node, opset });
}

/** A tensor from numbers; the shape is a vector's unless stated. */
export function tensor(
  type: OnnxElementType,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): OnnxTensor {
  if (sizeOf(shape) !== values.length) throw new Error('values do not fill the shape');
  const none = { name: 'n', domain: '', operator: 'X', inputs: [], outputs: [], attributes: new Map() };
  const data: OnnxTensorData = allocate({ node: none, opset: 17 }, type, values.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.set(values.map(BigInt));
  else data.set(values);
  return { type, shape, data };
}

export function floats(values: readonly number[], shape?: readonly number[]): OnnxTensor {
  return tensor('float32', values, shape);
}

export function ints(values: readonly number[]): OnnxTensor {
  return tensor('int64', values);
}

/** Elements of a result as numbers. */
export function values(result: OnnxTensor | null | undefined): number[] {
  return Array.from((result?.data ?? []) as ArrayLike<number | bigint>, Number);
}
