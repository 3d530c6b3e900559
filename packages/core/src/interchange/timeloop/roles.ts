import type { Findings } from '../findings.ts';
import type { NestDimension } from '../nest/nest.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';

/** One term of a rank: a dimension times a coefficient. */
export interface Term {
  readonly dimension: string;
  readonly coefficient: string | null;
}

interface Projection {
  readonly node: YamlNode;
  readonly name: string;
  readonly ranks: readonly (readonly Term[])[];
  readonly isWritten: boolean;
}

/** Words of a list. */
export function names(node: YamlNode | null, what: string, findings: Findings): readonly string[] {
  if (node === null) return [];
  const list = findings.list(node, what);
  return (list?.items ?? []).flatMap((item) => findings.text(item, what) ?? []);
}

/** `[C]`, `[[C]]`, `[[R, Wdilation], [P, Wstride]]`: the terms of one rank. */
function termsOf(rank: YamlNode, findings: Findings): readonly Term[] {
  const list = findings.list(rank, 'a rank of a projection');
  return (list?.items ?? []).flatMap((item): readonly Term[] => {
    const parts = names(
      item.kind === 'list' ? item : { ...rank, kind: 'list', items: [item] },
      'a term',
      findings,
    );
    if (parts.length === 1 || parts.length === 2) {
      return [{ dimension: parts[0], coefficient: parts[1] ?? null }];
    }
    findings.refuse(
      item.place,
      'projection',
      'a term is neither [dimension] nor [dimension, coefficient]',
      'write one of these',
    );
    return [];
  });
}

/** The data spaces of a shape. */
export function projections(shape: YamlMap, findings: Findings): readonly Projection[] {
  const node = findings.field(shape, 'data_spaces', 'shape');
  const list = node === null ? null : findings.list(node, 'data_spaces');
  return (list?.items ?? []).flatMap((item): readonly Projection[] => {
    const map = findings.map(item, 'a data space');
    if (map === null) return [];
    findings.keys(map, ['name', 'projection', 'read_write'], {}, 'a data space');
    const name = findings.field(map, 'name', 'a data space');
    const text = name === null ? null : findings.text(name, 'name of a data space');
    const projection = findings.field(map, 'projection', 'a data space');
    const ranks = projection === null ? null : findings.list(projection, 'projection');
    if (text === null || ranks === null) return [];
    const written = map.fields.get('read_write')?.value;
    const isWritten = written?.kind === 'scalar' && (written.value === true || written.value === 1);
    return [{ node: item, name: text, ranks: ranks.items.map((rank) => termsOf(rank, findings)), isWritten }];
  });
}

/** The data spaces by what they hold. */
export interface Roles {
  readonly weights: Projection;
  readonly activations: Projection;
  readonly partialSums: Projection;
}

/** Tells weights, inputs and outputs apart. */
export function rolesOf(all: readonly Projection[], shape: YamlMap, findings: Findings): Roles | null {
  const written = all.filter(({ isWritten }) => isWritten);
  const read = all.filter(({ isWritten }) => !isWritten);
  if (written.length !== 1 || read.length !== 2) {
    return findings.refuse(
      shape.fields.get('data_spaces')?.place ?? shape.place,
      'data-spaces',
      `has ${read.length} data spaces that are read and ${written.length} with read_write; a layer has two and one`,
      'describe a layer: weights, inputs, and outputs with read_write: true',
    );
  }
  const weights = read.find(({ name }) => /^(weights?|w|filters?)$/i.test(name));
  const activations = read.find(({ name }) => /^(inputs?|i|activations?|ifmaps?)$/i.test(name));
  if (weights === undefined || activations === undefined) {
    return findings.refuse(
      shape.fields.get('data_spaces')?.place ?? shape.place,
      'data-space-names',
      `data spaces ${read.map(({ name }) => name).join(', ')}: which holds the weights, which the inputs?`,
      'name them Weights and Inputs',
    );
  }
  return { weights, activations, partialSums: written[0] };
}

/** Coefficients whose name starts with W belong to columns, with H to rows; else the first window is that of the rows. */
function axisOf(terms: readonly Term[], index: number): 'rows' | 'columns' {
  const named = terms
    .map(({ coefficient }) => coefficient?.[0])
    .find((letter) => letter === 'W' || letter === 'H');
  if (named !== undefined) return named === 'W' ? 'columns' : 'rows';
  return index === 0 ? 'rows' : 'columns';
}

/** Output positions that slide over inputs. */
export interface Window {
  readonly output: Term;
  readonly tap: Term;
  readonly axis: 'rows' | 'columns';
}

/** The role of each dimension, from the data spaces that it indexes. */
export function dimensionsOf(
  listed: readonly string[],
  { weights, activations, partialSums }: Roles,
  place: YamlNode,
  findings: Findings,
): { roles: Map<string, NestDimension>; windows: Window[] } {
  const roles = new Map<string, NestDimension>();
  const windows: Window[] = [];
  const inSpace = (space: Projection, dimension: string): boolean =>
    space.ranks.some((rank) => rank.some((term) => term.dimension === dimension));
  const refuse = (dimension: string, message: string): null =>
    findings.refuse(
      place.place,
      'dimension-without-role',
      `dimension ${dimension} ${message}`,
      'describe a convolution or a matrix product',
    );
  const wide = activations.ranks.filter((rank) => rank.length > 1);
  for (const rank of [...weights.ranks, ...partialSums.ranks].filter(({ length }) => length !== 1)) {
    refuse(
      rank.map(({ dimension }) => dimension).join(' + '),
      'add up in weights or outputs; only inputs slide',
    );
  }
  for (const [term] of activations.ranks.filter((rank) => rank.length === 1)) {
    if (term.coefficient !== null) {
      refuse(
        term.dimension,
        `has a coefficient (${term.coefficient}) without a kernel: add a kernel dimension of size 1`,
      );
    }
  }
  for (const [index, rank] of wide.entries()) {
    const output = rank.find(({ dimension }) => inSpace(partialSums, dimension));
    const tap = rank.find(({ dimension }) => inSpace(weights, dimension));
    if (rank.length !== 2 || output === undefined || tap === undefined || output === tap) {
      refuse(
        rank.map(({ dimension }) => dimension).join(' + '),
        'index the inputs, but not as output position plus kernel tap',
      );
      continue;
    }
    const axis = axisOf(rank, index);
    if (windows.some((window) => window.axis === axis)) {
      refuse(output.dimension, `would be a second window over ${axis}`);
      continue;
    }
    windows.push({ output, tap, axis });
    roles.set(output.dimension, axis);
    roles.set(tap.dimension, axis === 'rows' ? 'kernelRows' : 'kernelColumns');
  }
  const byUse: Readonly<Partial<Record<string, NestDimension>>> = {
    wo: 'outputs',
    wi: 'channels',
    io: 'batch',
    wio: 'group',
    w: 'weightDigits',
    i: 'activationDigits',
  };
  for (const dimension of listed) {
    if (roles.has(dimension)) continue;
    const use =
      (inSpace(weights, dimension) ? 'w' : '') +
      (inSpace(activations, dimension) ? 'i' : '') +
      (inSpace(partialSums, dimension) ? 'o' : '');
    const role = byUse[use];
    // A second dimension of inputs and outputs: rows or columns of a 1 x 1 window.
    const free =
      role === 'batch' ? (['batch', 'rows', 'columns'] as const) : role === undefined ? [] : [role];
    const chosen = chooseRole(dimension, free, new Set(roles.values()));
    if (chosen === null)
      refuse(dimension, use === '' ? 'indexes no data space' : 'has the role of another one');
    else roles.set(dimension, chosen);
  }
  return { roles, windows };
}

/** Where inputs and outputs are indexed alike, P and Q are rows and columns; else the first free role. */
function chooseRole(
  name: string,
  free: readonly NestDimension[],
  taken: ReadonlySet<NestDimension>,
): NestDimension | null {
  const wanted: Readonly<Partial<Record<string, NestDimension>>> = { P: 'rows', Q: 'columns', N: 'batch' };
  const named = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
  if (named !== undefined && free.includes(named) && !taken.has(named)) return named;
  return free.find((role) => !taken.has(role)) ?? null;
}
