import type { Issue } from '../diagnostics/index.ts';

/** Collects the issues of one node (or of the network itself) under its path. */
export class Check {
  readonly path: string;
  readonly #issues: Issue[];
  #failed = false;

  constructor(path: string, issues: Issue[]) {
    this.path = path;
    this.#issues = issues;
  }

  /** True once anything was reported here. */
  get failed(): boolean {
    return this.#failed;
  }

  /**
   * Records an issue.
   *
   * @param field path below this node, e.g. `weights.codes[17]`; empty for the node itself.
   */
  report(code: string, field: string, message: string, remedy: string): void {
    this.#failed = true;
    this.#issues.push({ code, path: field === '' ? this.path : `${this.path}.${field}`, message, remedy });
  }

  /** Reports unless `value` is an integer in `min .. max`. @returns whether it is. */
  integer(field: string, value: number, min: number, max: number): boolean {
    if (Number.isInteger(value) && value >= min && value <= max) return true;
    this.report(
      'value-out-of-range',
      field,
      `is ${value}, must be an integer from ${min} to ${max}`,
      `set it to an integer from ${min} to ${max}`,
    );
    return false;
  }

  /** Reports unless `actual` equals `expected`. @returns whether it does. */
  length(field: string, actual: number, expected: number, why: string): boolean {
    if (actual === expected) return true;
    this.report(
      'length-mismatch',
      field,
      `has ${actual} elements, must have ${expected} (${why})`,
      `give exactly ${expected} elements`,
    );
    return false;
  }
}

/** A shape as text: `[16, 28, 28]`. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
