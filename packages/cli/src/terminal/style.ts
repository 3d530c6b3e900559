/** Text attributes used in terminal output. */
export type Attribute = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

const codes: Readonly<Record<Attribute, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
};

/** Applies attributes to text, or leaves it alone where colour is off. */
export type Style = (attribute: Attribute, text: string) => string;

const colored: Style = (attribute, text) => {
  const [on, off] = codes[attribute];
  return `\u001b[${on}m${text}\u001b[${off}m`;
};

/** Leaves every text alone. */
export const plain: Style = (_attribute, text) => text;

/** What of the environment decides on colour. */
export interface ColorEnvironment {
  readonly isTTY?: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Colour or not: `NO_COLOR` (any value) switches it off, `FORCE_COLOR` other than 0 on; else a
 * terminal that is not `TERM=dumb` has colour.
 */
export function styleFor({ isTTY, env }: ColorEnvironment): Style {
  if ((env['NO_COLOR'] ?? '') !== '') return plain;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced === '0' ? plain : colored;
  return isTTY === true && env['TERM'] !== 'dumb' ? colored : plain;
}

/** The style of a stream of this process. */
export function streamStyle(stream: NodeJS.WriteStream): Style {
  return styleFor({ isTTY: stream.isTTY, env: process.env });
}

const escapes = /\u001b\[[0-9;]*m/g;

/** Columns a text takes on screen: escape sequences take none. */
export function visibleWidth(text: string): number {
  return Array.from(text.replace(escapes, '')).length;
}
