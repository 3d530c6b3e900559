import type { WindowAxis } from '../../mapping/index.ts';
import type { Findings } from '../findings.ts';
import type { NestDimension } from '../nest/nest.ts';
import type { Place } from '../yaml/node.ts';

/** `ix = 2*ox + 1*fx`: how an index of the inputs follows from two loops. */
export interface Relation {
  readonly index: string;
  readonly terms: readonly (readonly [coefficient: number, dimension: string])[];
}

/** What the operands of an equation are indexed by; names in capitals. */
export interface Equation {
  readonly results: readonly string[];
  readonly weights: readonly string[];
  readonly activations: readonly string[];
}

const EQUATION =
  /^\s*O((?:\[\w+\])+)\s*\+?\s*=\s*([A-Z]\w*)((?:\[\w+\])+)\s*\*\s*([A-Z]\w*)((?:\[\w+\])+)\s*$/;
const RELATION = /^\s*(\w+)\s*=\s*(?:(\d+)\s*\*\s*)?([A-Za-z]\w*)\s*\+\s*(?:(\d+)\s*\*\s*)?([A-Za-z]\w*)\s*$/;

const indices = (text: string): readonly string[] =>
  [...text.matchAll(/\[(\w+)\]/g)].map(([, name]) => name.toUpperCase());

export function readEquation(text: string, place: Place, findings: Findings): Equation | null {
  const match = EQUATION.exec(text);
  const operands = match === null ? [] : [match[2], match[4]];
  if (match === null || !operands.includes('W') || !operands.includes('I')) {
    return findings.refuse(
      place,
      'equation',
      `'${text}' is not a product of weights W and inputs I, added up in O`,
      'write it as O[b][k][oy][ox]+=W[k][c][fy][fx]*I[b][c][iy][ix]',
    );
  }
  const [first, second] = [indices(match[3]), indices(match[5])];
  return {
    results: indices(match[1]),
    weights: operands[0] === 'W' ? first : second,
    activations: operands[0] === 'W' ? second : first,
  };
}

export function readRelation(text: string, place: Place, findings: Findings): Relation | null {
  const match = RELATION.exec(text);
  const written: readonly (string | undefined)[] = match === null ? [] : [match[2], match[4]];
  const coefficients = written.map((one) => (one === undefined ? 1 : Number(one)));
  if (match === null || coefficients.some((one) => one < 1 || one > 65_536)) {
    return findings.refuse(
      place,
      'dimension-relation',
      `'${text}' does not say how an input index follows from an output index and a kernel index`,
      'write it as ix=2*ox+1*fx, with coefficients of at least 1',
    );
  }
  return {
    index: match[1].toUpperCase(),
    terms: [
      [coefficients[0], match[3].toUpperCase()],
      [coefficients[1], match[5].toUpperCase()],
    ],
  };
}

/** Output positions that slide over an index of the inputs. */
export interface Sliding {
  readonly index: string;
  readonly output: string;
  readonly tap: string;
  readonly stride: number;
  readonly dilation: number;
}

export interface Roles {
  readonly dimensions: ReadonlyMap<string, NestDimension>;
  readonly rows: Sliding | null;
  readonly columns: Sliding | null;
}

/** Where inputs and outputs are indexed alike, in this order; images only where they are named so, or nothing else is left. */
const BY_NAME: Readonly<Partial<Record<string, NestDimension>>> = {
  B: 'batch',
  OY: 'rows',
  OX: 'columns',
};
const ALIKE: readonly NestDimension[] = ['rows', 'columns', 'batch'];

/** Which of our dimensions each loop is, from the operands that it indexes. */
export function rolesOf(
  listed: readonly string[],
  equation: Equation,
  relations: readonly Relation[],
  place: Place,
  findings: Findings,
): Roles {
  const dimensions = new Map<string, NestDimension>();
  const refuse = (message: string): null =>
    findings.refuse(place, 'dimension-without-role', message, 'describe a convolution or a matrix product');
  const slides: Record<'rows' | 'columns', Sliding | null> = { rows: null, columns: null };
  for (const relation of relations) {
    const { index, terms } = relation;
    const output = terms.find(([, name]) => equation.results.includes(name));
    const tap = terms.find(([, name]) => equation.weights.includes(name));
    if (
      output === undefined ||
      tap === undefined ||
      output === tap ||
      !equation.activations.includes(index)
    ) {
      refuse(`${index} is not an index of I made of an output position and a kernel position`);
      continue;
    }
    const axis = index.endsWith('X') || slides.rows !== null ? 'columns' : 'rows';
    if (slides[axis] !== null) {
      refuse(`${index} would be a second window over ${axis}`);
      continue;
    }
    slides[axis] = { index, output: output[1], tap: tap[1], stride: output[0], dilation: tap[0] };
    dimensions.set(output[1], axis);
    dimensions.set(tap[1], axis === 'rows' ? 'kernelRows' : 'kernelColumns');
  }
  const byUse: Readonly<Partial<Record<string, readonly NestDimension[]>>> = {
    wo: ['outputs'],
    wi: ['channels'],
    io: ALIKE,
    wio: ['group'],
  };
  for (const name of listed) {
    if (dimensions.has(name)) continue;
    const use =
      (equation.weights.includes(name) ? 'w' : '') +
      (equation.activations.includes(name) ? 'i' : '') +
      (equation.results.includes(name) ? 'o' : '');
    const taken = new Set(dimensions.values());
    const free = (byUse[use] ?? []).filter((role) => !taken.has(role));
    const named = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
    const role = named !== undefined && free.includes(named) ? named : free.at(0);
    if (role === undefined) {
      refuse(
        use === ''
          ? `loop ${name} indexes no operand`
          : `loop ${name} has the role of another loop, or none that a layer has`,
      );
    } else dimensions.set(name, role);
  }
  const known = new Set([...listed, ...relations.map(({ index }) => index)]);
  for (const name of [...equation.results, ...equation.weights, ...equation.activations]) {
    if (!known.has(name))
      refuse(`${name} of the equation is neither in loop_dims nor in dimension_relations`);
  }
  return { dimensions, ...slides };
}

/** The window of an axis. */
export function windowOf(
  slide: Sliding | null,
  outputs: number,
  taps: number,
  given: { readonly padding: readonly [number, number]; readonly inputs: number | null },
): WindowAxis {
  const { stride, dilation } = slide ?? { stride: 1, dilation: 1 };
  const spanned = (outputs - 1) * stride + (taps - 1) * dilation + 1;
  const inputs = given.inputs ?? Math.max(1, spanned - given.padding[0] - given.padding[1]);
  return { outputs, inputs, taps, stride, dilation, padding: given.padding[0] };
}
