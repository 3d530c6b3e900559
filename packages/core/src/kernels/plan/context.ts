import type { Arena } from './arena.ts';
import type { Graph } from './graph.ts';
import type { Buffer, CodesBuffer, IntegersBuffer } from './tensors.ts';

/** A span that no chunk crosses, for no batch has as many pixels. */
export const ENDLESS = 2 ** 30;

/** What the emitters of one plan share. */
export interface PlanContext {
  readonly arena: Arena;
  readonly graph: Graph;
  /** Images that one pass over the steps takes at most. */
  readonly batch: number;
  /** The buffer that holds a stored value. */
  readonly buffer: (id: string) => Buffer;
  /** Room that steps use one after the other, under one name; contents last for one step. */
  readonly shared: (name: string, bytes: number) => number;
}

/** What a source needs to be run: see `assembly/step.ts`. */
export interface EmittedSource {
  readonly code: number;
  readonly descriptor: number;
  /** Scratch rows per image. */
  readonly rowsPerImage: number;
  /** How the rows have to be cut, where the source does not take them as they come. */
  readonly chunk?: {
    readonly pixels: number;
    /** No chunk crosses a multiple of this. */
    readonly span: number;
  };
}

/** The buffer of codes of a value; values that convolutions read are codes in every legal network. */
export function codesBuffer(context: PlanContext, id: string): CodesBuffer {
  const buffer = context.buffer(id);
  if (buffer.kind !== 'codes') throw new Error(`'${id}' holds integers where codes are due`);
  return buffer;
}

/** The buffer of integers of a value. */
export function integersBuffer(context: PlanContext, id: string): IntegersBuffer {
  const buffer = context.buffer(id);
  if (buffer.kind !== 'integers') throw new Error(`'${id}' holds codes where integers are due`);
  return buffer;
}
