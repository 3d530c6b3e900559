import type { OnnxAttribute } from '../../graph.ts';
import type { EvaluationContext } from '../../operator.ts';
import { invalid } from './problem.ts';

function attribute<K extends OnnxAttribute['kind']>(
  context: EvaluationContext,
  name: string,
  kind: K,
): Extract<OnnxAttribute, { kind: K }> | null {
  const found = context.node.attributes.get(name);
  if (found === undefined) return null;
  if (found.kind !== kind)
    return invalid(context, `attribute '${name}' is of kind ${found.kind}, expected ${kind}`, 'export again');
  return found as Extract<OnnxAttribute, { kind: K }>;
}

/** Integer attribute `name`, or `fallback` when the node does not state it. */
export function intAttribute(context: EvaluationContext, name: string, fallback: number): number {
  return attribute(context, name, 'int')?.value ?? fallback;
}

/** Integer attribute that the operator requires. */
export function requiredInt(context: EvaluationContext, name: string): number {
  const found = attribute(context, name, 'int');
  if (found === null) return missing(context, name);
  return found.value;
}

/** Integers of attribute `name`, or null when the node does not state it. */
export function intsAttribute(context: EvaluationContext, name: string): readonly number[] | null {
  return attribute(context, name, 'ints')?.value ?? null;
}

/** Float attribute `name`, or `fallback`. */
export function floatAttribute(context: EvaluationContext, name: string, fallback: number): number {
  return attribute(context, name, 'float')?.value ?? fallback;
}

/** Floats of attribute `name`, or null. */
export function floatsAttribute(context: EvaluationContext, name: string): readonly number[] | null {
  return attribute(context, name, 'floats')?.value ?? null;
}

/** String attribute `name`, which must be one of `choices`; `fallback` when absent. */
export function choiceAttribute<T extends string>(
  context: EvaluationContext,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const text = attribute(context, name, 'string')?.value;
  if (text === undefined) return fallback;
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined)
    return invalid(context, `attribute '${name}' is '${text}'`, `use one of ${choices.join(', ')}`);
  return chosen;
}

/** Refuses a missing attribute that the operator requires. */
export function missing(context: EvaluationContext, name: string): never {
  return invalid(context, `attribute '${name}' is missing`, `${context.node.operator} requires it`);
}
