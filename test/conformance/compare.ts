import type { OnnxTensor } from '../../packages/core/src/frontend/onnx/tensor.ts';

/** Tolerances of ONNX's own test runner for floats, and ours where they hold: |a - b| <= atol + rtol |b|. */
export const LOOSE = { rtol: 1e-3, atol: 1e-7 } as const;
export const TIGHT = { rtol: 1e-5, atol: 1e-7 } as const;

/** Largest |a - b| / (0.01 + |b|), and whether the tight tolerance holds everywhere (then it is <= 1e-5). */
export interface Closeness {
  readonly error: number;
  readonly tight: boolean;
}

const FLOATS: readonly string[] = ['float32', 'float64', 'float16', 'bfloat16'];

/** Closeness of an output to what is expected (integers and bool: equality), or what is wrong with it. */
export function compare(actual: OnnxTensor | undefined, expected: OnnxTensor): Closeness | string {
  if (actual === undefined) return 'was not made';
  if (actual.type !== expected.type) return `is ${actual.type}, expected ${expected.type}`;
  if (actual.shape.join() !== expected.shape.join())
    return `has shape [${actual.shape.join(', ')}], expected [${expected.shape.join(', ')}]`;
  let error = 0;
  let tight = true;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [actual.data[i], expected.data[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const difference = Math.abs(Number(a) - Number(b));
    const size = Math.abs(Number(b));
    if (!FLOATS.includes(expected.type) || !(difference <= LOOSE.atol + LOOSE.rtol * size))
      return `element ${i} is ${a}, expected ${b}`;
    tight &&= difference <= TIGHT.atol + TIGHT.rtol * size;
    error = Math.max(error, difference / (TIGHT.atol / TIGHT.rtol + size));
  }
  return { error, tight };
}
