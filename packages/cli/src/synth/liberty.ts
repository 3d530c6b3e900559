import { fail } from '@tally/core';

/** A group of a Liberty file: `cell (INVX1) { ... }`. */
export interface LibertyGroup {
  readonly type: string;
  readonly args: readonly string[];
  /** `name : value;` has one value, `name (a, b);` several. The last of a name counts. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly groups: readonly LibertyGroup[];
}

interface Token {
  readonly text: string;
  /** A quoted string, quotes taken off; never punctuation. */
  readonly quoted: boolean;
  readonly offset: number;
}

const PUNCTUATION = '(){}:;,';

/** Comments, strings, punctuation, words; line ends count as blanks, joined or not. */
const TOKEN = /\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\[\s\S])*"|[(){}:;,]|\\\r?\n|[^\s(){}:;,"\\]+|\s+|[\s\S]/g;

function tokensOf(text: string, source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: token, index: offset } of text.matchAll(TOKEN)) {
    if (token.trim() === '' || token.startsWith('/*') || token.startsWith('\\\n') || token.startsWith('\\\r'))
      continue;
    const quoted = token.startsWith('"');
    if ((quoted && (token.length < 2 || !token.endsWith('"'))) || token === '\\') {
      return refuse(text, source, offset, quoted ? 'a string without an end' : "a '\\' inside a line");
    }
    tokens.push({ text: quoted ? token.slice(1, -1).replace(/\\\r?\n\s*/g, ' ') : token, quoted, offset });
  }
  return tokens;
}

function refuse(text: string, source: string, offset: number, what: string): never {
  const line = text.slice(0, offset).split('\n').length;
  return fail(
    'liberty-syntax',
    `${source}: line ${line}`,
    `${what} is no Liberty`,
    'give a Liberty (.lib) file as a library vendor writes it',
  );
}

/**
 * A Liberty file as groups and attributes; comments are dropped, values stay text.
 *
 * @param source name of the file, for messages
 * @throws TallyError `liberty-syntax` with the line
 */
export function parseLiberty(text: string, source: string): LibertyGroup {
  const tokens = tokensOf(text, source);
  let at = 0;
  const here = (): Token => tokens[at] ?? { text: '', quoted: false, offset: text.length };
  const isMark = (mark: string): boolean => here().text === mark && !here().quoted;
  const wrong = (): never =>
    refuse(text, source, here().offset, here().text === '' ? 'the end of the file' : `'${here().text}'`);
  const word = (): string => {
    const token = here();
    if (at >= tokens.length || (!token.quoted && PUNCTUATION.includes(token.text))) return wrong();
    at += 1;
    return token.text;
  };
  const mark = (wanted: string): void => {
    if (!isMark(wanted)) wrong();
    at += 1;
  };
  const list = (): readonly string[] => {
    const values: string[] = [];
    mark('(');
    while (!isMark(')')) {
      if (isMark(',')) at += 1;
      else values.push(word());
    }
    at += 1;
    return values;
  };
  const value = (): readonly string[] => {
    const words: string[] = [];
    const start = at;
    const { offset } = here();
    // A value may be an expression or end with its line: `VDD + 0.5`, `true`.
    while (at < tokens.length && !isMark(';') && !isMark('}') && (at === start || sameLine(offset))) {
      words.push(word());
    }
    if (words.length === 0) wrong();
    return [words.join(' ')];
  };
  const sameLine = (offset: number): boolean => !text.slice(offset, here().offset).includes('\n');
  const body = (type: string, args: readonly string[]): LibertyGroup => {
    const attributes = new Map<string, readonly string[]>();
    const groups: LibertyGroup[] = [];
    mark('{');
    while (!isMark('}')) {
      if (isMark(';')) {
        at += 1;
        continue;
      }
      const name = word();
      if (isMark(':')) {
        at += 1;
        attributes.set(name, value());
        continue;
      }
      const values = list();
      if (isMark('{')) groups.push(body(name, values));
      else attributes.set(name, values);
    }
    at += 1;
    return { type, args, attributes, groups };
  };
  const root = body(word(), list());
  if (at < tokens.length) wrong();
  return root;
}
