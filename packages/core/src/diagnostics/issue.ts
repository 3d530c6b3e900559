/**
 * One thing that is wrong, precise enough to mend it: what, where, which rule, what to do.
 *
 * `path` addresses the offending value inside its document or graph
 * (`network.nodes.3.weights.bits`, `chip.geometry.entries`, `train-images-idx3-ubyte`).
 */
export interface Issue {
  /** Stable machine-readable name of the rule, kebab-case, e.g. `code-width-out-of-range`. */
  readonly code: string;
  /** Where: file name and/or path in the document, dot-separated. */
  readonly path: string;
  /** What is wrong, with the actual value, and which rule it breaks. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** One issue as a single line of text. */
export function renderIssue(issue: Issue): string {
  return `${issue.path}: ${issue.message} [${issue.code}] — ${issue.remedy}`;
}

/** The one error type of Tally: carries every issue found, not only the first. */
export class TallyError extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(renderIssue).join('\n'));
    this.name = 'TallyError';
    this.issues = issues;
  }
}

/** Throws a {@link TallyError} when there is at least one issue. */
export function throwIfAny(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new TallyError(issues);
}

/** Throws a {@link TallyError} with a single issue. */
export function fail(code: string, path: string, message: string, remedy: string): never {
  throw new TallyError([{ code, path, message, remedy }]);
}
