import { TallyError, throwIfAny, type Issue } from '../../diagnostics/index.ts';

const LONGEST_NAME = 80;

/** Text with its control characters escaped. */
export function escaped(text: string): string {
  return text.replace(
    /\p{C}/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  );
}

/** Text of the file made fit to print: control characters escaped, shortened to 80 characters. */
export function printable(text: string): string {
  return escaped(text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text);
}

/** A name of the file in quotes, fit to print. */
export function quoted(name: string): string {
  return `'${printable(name)}'`;
}

/** Place of a node: `graph.nodes[3] 'conv1' (Conv)`; a node without a name is told by its index only. */
export function nodePlace(index: number, name: string, operator: string): string {
  const shown = name === '' || name === `#${index}` ? '' : ` ${quoted(name)}`;
  return `graph.nodes[${index}]${shown} (${operator === '' ? 'no operator' : printable(operator)})`;
}

/** The issues of one file. Reading stops when there are too many to be useful. */
export class IssueList {
  static readonly #MOST = 100;
  readonly #issues: Issue[] = [];

  get isEmpty(): boolean {
    return this.#issues.length === 0;
  }

  /** @throws TallyError with all issues so far when this is the hundredth. */
  add(code: string, path: string, message: string, remedy: string): void {
    this.#issues.push({ code, path, message, remedy });
    if (this.#issues.length >= IssueList.#MOST) throw new TallyError(this.#issues);
  }

  /** @throws TallyError when there is an issue. */
  throwIfAny(): void {
    throwIfAny(this.#issues);
  }
}
