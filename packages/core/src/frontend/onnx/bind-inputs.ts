import { TallyError, type Issue } from '../../diagnostics/index.ts';
import type { OnnxGraph, OnnxValueInfo } from './graph.ts';
import { MAX_DIMENSION } from './limits.ts';
import { quoted } from './place.ts';
import type { ValueType } from './simplified.ts';

/** Sizes for what the file leaves open. */
export interface InputBinding {
  /** Size of a first axis that the file leaves open, default 1. */
  readonly batch?: number;
  /** Sizes of symbolic dimensions by name; they come before `batch`. */
  readonly dimensions?: ReadonlyMap<string, number>;
  /** Whole shapes by input name, for inputs of unknown rank or nameless dimensions. */
  readonly inputShapes?: ReadonlyMap<string, readonly number[]>;
}

function isSize(size: number): boolean {
  return Number.isInteger(size) && size >= 0 && size <= MAX_DIMENSION;
}

function bindInput(input: OnnxValueInfo, path: string, binding: InputBinding, issues: Issue[]): ValueType {
  const { batch = 1, dimensions, inputShapes } = binding;
  const given = inputShapes?.get(input.name);
  const add = (code: string, message: string, remedy: string): void => {
    issues.push({ code, path, message, remedy });
  };
  if (given !== undefined && (!given.every(isSize) || (input.shape !== null && !fits(given, input.shape)))) {
    const stated = input.shape === null ? 'any rank' : `[${input.shape.join(', ')}]`;
    add(
      'onnx-input-shape',
      `the shape [${given.join(', ')}] given for it does not fit the file's ${stated}`,
      'give the sizes that the file states, and whole numbers for the others',
    );
  }
  if (given !== undefined) return { type: input.type, shape: given };
  if (input.shape === null) {
    add(
      'onnx-symbolic-dimension',
      'the file does not state its shape',
      `give inputShapes for ${quoted(input.name)}`,
    );
    return { type: input.type, shape: [] };
  }
  const shape = input.shape.map((dimension, axis) => {
    if (typeof dimension === 'number') return dimension;
    const size = dimensions?.get(dimension) ?? (axis === 0 ? batch : undefined);
    if (size !== undefined && isSize(size)) return size;
    add(
      'onnx-symbolic-dimension',
      size === undefined
        ? `axis ${axis} has no fixed size (${dimension === '' ? 'nameless' : quoted(dimension)})`
        : `${size} was given for axis ${axis}, which is no size`,
      dimension === ''
        ? `give inputShapes for ${quoted(input.name)}`
        : `give a size for ${quoted(dimension)}`,
    );
    return 0;
  });
  return { type: input.type, shape };
}

function fits(given: readonly number[], stated: readonly (number | string)[]): boolean {
  return (
    given.length === stated.length &&
    given.every((size, axis) => typeof stated[axis] === 'string' || stated[axis] === size)
  );
}

/**
 * Type and shape of every input of a graph with all sizes fixed.
 *
 * @throws TallyError `onnx-symbolic-dimension` for what remains open, `onnx-input-shape` for given
 *   shapes that contradict the file.
 */
export function bindInputs(graph: OnnxGraph, binding: InputBinding): ReadonlyMap<string, ValueType> {
  const issues: Issue[] = [];
  for (const name of binding.inputShapes?.keys() ?? []) {
    if (graph.inputs.some((input) => input.name === name)) continue;
    issues.push({
      code: 'onnx-input-shape',
      path: 'inputShapes',
      message: `there is no input ${quoted(name)}`,
      remedy: `name one of ${graph.inputs.map((input) => quoted(input.name)).join(', ')}`,
    });
  }
  const types = new Map(
    graph.inputs.map((input, index) => [
      input.name,
      bindInput(input, `graph.inputs[${index}] ${quoted(input.name)}`, binding, issues),
    ]),
  );
  if (issues.length > 0) throw new TallyError(issues);
  return types;
}
