import type { Findings } from '../findings.ts';
import { RUNS, type NestDimension, type Run } from '../nest/nest.ts';
import type { Place, YamlMap, YamlNode } from '../yaml/node.ts';
import { dataSpaceList, type TimeloopLevel } from './architecture.ts';
import type { TimeloopProblem } from './problem.ts';

/** One `NAME=count` or `NAME=count,last`. */
export interface Factor {
  readonly name: string;
  /** 0: what the other levels leave. */
  readonly count: number;
  readonly last: number;
  readonly place: Place;
}

/** Loops of one level, outermost first, those of one iteration left out. */
export type LevelLoops = readonly Factor[];

/** What a mapping says, by name of the level. */
export interface Directives {
  readonly place: Place;
  readonly temporal: ReadonlyMap<string, LevelLoops>;
  readonly spatial: ReadonlyMap<string, LevelLoops>;
  readonly keep: ReadonlyMap<
    string,
    { readonly keep: readonly string[] | null; readonly bypass: readonly string[] }
  >;
  readonly noReuse: ReadonlyMap<string, readonly string[]>;
  /** Dimensions that run as one inside a tile, with the tile's sizes. */
  readonly runs: Readonly<Partial<Record<Run, readonly number[]>>>;
}

/** Names of the loops over runs, in factors and permutations. */
export const RUN_NAMES: Readonly<Record<Run, string>> = {
  outputRuns: 'outputs',
  pixelRuns: 'pixels',
  entryRuns: 'chunks',
};

const FACTOR = /^([A-Za-z_]\w*?)\s*=?\s*(-?\d+)(?:\s*,\s*(-?\d+))?$/;

function factorTexts(node: YamlNode, findings: Findings): readonly { text: string; place: Place }[] {
  if (node.kind === 'list') {
    return node.items.flatMap((item) => {
      const text = findings.text(item, 'a factor');
      return text === null ? [] : [{ text, place: item.place }];
    });
  }
  const text = findings.text(node, 'factors');
  const words = (text ?? '').split(/\s+/).filter((word) => word !== '');
  return words
    .flatMap((word) => (FACTOR.test(word) ? [word] : word.split(',').filter((part) => part !== '')))
    .map((word) => ({ text: word, place: node.place }));
}

/** Factors of a directive; names are checked against the problem's dimensions and the runs. */
export function readFactors(
  node: YamlNode,
  known: ReadonlySet<string>,
  findings: Findings,
): readonly Factor[] {
  const factors: Factor[] = [];
  for (const { text, place } of factorTexts(node, findings)) {
    const match = FACTOR.exec(text.trim());
    if (match === null) {
      findings.refuse(
        place,
        'factor',
        /[<>]/.test(text) ? `'${text}' bounds a factor, it does not fix it` : `'${text}' is no factor`,
        'write NAME=count, or "NAME=count,last" where the last iteration is shorter',
      );
      continue;
    }
    const [, name, countText, lastText] = match as unknown as [string, string, string, string | undefined];
    const count = Number(countText);
    const last = lastText === undefined ? count : Number(lastText);
    if (!known.has(name)) {
      findings.refuse(
        place,
        'unknown-dimension',
        `the problem has no dimension ${name}`,
        `use one of ${[...known].join(', ')}`,
      );
    } else if (count < 0 || count > 2 ** 31 || last < 0 || last > count || (last === 0 && count > 0)) {
      findings.refuse(
        place,
        'factor',
        `'${text}': a loop has at least one iteration, the last round at most as many`,
        'use 1 <= last <= count',
      );
    } else if (factors.some((factor) => factor.name === name)) {
      findings.refuse(place, 'factor-twice', `${name} has two factors at one level`, 'write one');
    } else factors.push({ name, count, last, place });
  }
  return factors;
}

function readPermutation(node: YamlNode, known: ReadonlySet<string>, findings: Findings): readonly string[] {
  const names =
    node.kind === 'list'
      ? node.items.flatMap((item) => findings.text(item, 'a dimension') ?? [])
      : splitNames(findings.text(node, 'permutation') ?? '');
  const seen = new Set<string>();
  for (const name of names) {
    if (!known.has(name)) {
      findings.refuse(
        node.place,
        'permutation',
        `permutation names ${name}, which is no dimension of the problem`,
        `use ${[...known].join(', ')}`,
      );
    } else if (seen.has(name)) {
      findings.refuse(
        node.place,
        'permutation',
        `permutation names ${name} twice`,
        'name each dimension once',
      );
    }
    seen.add(name);
  }
  return names;
}

/** `PRKC` is one letter a dimension; with commas or blanks between, words. */
function splitNames(text: string): readonly string[] {
  return /[\s,]/.test(text) ? text.split(/[\s,]+/).filter((word) => word !== '') : Array.from(text);
}

/** The loops of a level, outermost first; Timeloop writes permutations innermost first. */
function orderLoops(
  factors: readonly Factor[],
  permutation: readonly string[] | null,
  place: Place,
  findings: Findings,
): LevelLoops {
  const loops = factors.filter(({ count }) => count !== 1);
  const listed = permutation ?? [];
  const missing = loops.filter(({ name }) => !listed.includes(name));
  if (missing.length > 0 && loops.length > 1) {
    findings.refuse(
      place,
      'permutation',
      `${missing.map(({ name }) => name).join(', ')} iterate, but the permutation does not say where`,
      'name each dimension with a factor other than 1, innermost first',
    );
  }
  return [...loops].sort((a, b) => listed.indexOf(b.name) - listed.indexOf(a.name));
}

const TYPES = {
  temporal: ['target', 'type', 'factors', 'permutation'],
  spatial: ['target', 'type', 'factors', 'permutation', 'no_reuse', 'split'],
  dataspace: ['target', 'type', 'keep', 'bypass'],
  datatype: ['target', 'type', 'keep', 'bypass'],
  bypass: ['target', 'type', 'keep', 'bypass'],
  'tally-runs': ['target', 'type', 'runs'],
} as const;

type DirectiveType = keyof typeof TYPES;

interface Context {
  readonly problem: TimeloopProblem;
  readonly levels: readonly TimeloopLevel[];
  readonly known: ReadonlySet<string>;
  readonly findings: Findings;
}

function readRuns(map: YamlMap, { problem, known, findings }: Context): Directives['runs'] {
  const node = findings.field(map, 'runs', 'a tally-runs directive');
  const list = node === null ? null : findings.list(node, 'runs');
  const runs: Partial<Record<Run, readonly number[]>> = {};
  for (const item of list?.items ?? []) {
    const factors = readFactors(item, known, findings);
    const byRole = new Map(factors.map((factor) => [problem.dimensions.get(factor.name), factor.count]));
    const run = (Object.keys(RUNS) as Run[]).find((one) =>
      RUNS[one].some((dimension: NestDimension) => byRole.has(dimension)),
    );
    const wrong =
      run === undefined ||
      [...byRole.keys()].some((role) => !RUNS[run].some((dimension: NestDimension) => dimension === role));
    if (wrong || factors.some(({ count }) => count < 1)) {
      findings.refuse(
        item.place,
        'runs',
        'a run is of outputs, of rows and columns, or of channels and kernel',
        'give the sizes of a tile along these',
      );
      continue;
    }
    runs[run] = RUNS[run].map((dimension: NestDimension) => byRole.get(dimension) ?? 1);
  }
  return runs;
}

function typeOf(map: YamlMap, findings: Findings): DirectiveType | null {
  const node = findings.field(map, 'type', 'a directive');
  const text = node === null ? null : findings.text(node, 'type');
  if (text === null || node === null) return null;
  if (Object.hasOwn(TYPES, text)) return text as DirectiveType;
  return findings.refuse(
    node.place,
    'directive-type',
    `type is '${text}'`,
    `use one of ${Object.keys(TYPES).join(', ')}`,
  );
}

function targetOf(map: YamlMap, type: DirectiveType, { levels, findings }: Context): TimeloopLevel | null {
  const node = findings.field(map, 'target', 'a directive');
  const text = node === null ? null : findings.text(node, 'target');
  if (text === null || node === null) return null;
  const level = levels.find(({ name }) => name === text);
  if (level === undefined) {
    return findings.refuse(
      node.place,
      'unknown-target',
      `the architecture has no '${text}'`,
      `use one of ${levels.map(({ name }) => name).join(', ')}`,
    );
  }
  const fits = type === 'tally-runs' || (type === 'spatial' ? level.mesh > 1 : level.kind === 'storage');
  if (fits) return level;
  return findings.refuse(
    node.place,
    'target-of-another-kind',
    type === 'spatial'
      ? `'${text}' stands only once: nothing to spread loops over`
      : `'${text}' stores nothing`,
    type === 'spatial' ? 'target a node with a mesh' : 'target a storage component',
  );
}

function needOnce(
  map: YamlMap,
  taken: ReadonlyMap<string, unknown>,
  name: string,
  findings: Findings,
): boolean {
  if (!taken.has(name)) return true;
  findings.refuse(
    map.place,
    'directive-twice',
    `a second directive of this type for '${name}'`,
    'join the two',
  );
  return false;
}

/** Reads `mapping`: per level the loops, outermost first, and what it keeps. */
export function readDirectives(
  node: YamlNode,
  problem: TimeloopProblem,
  levels: readonly TimeloopLevel[],
  findings: Findings,
): Directives | null {
  const list = findings.list(node, 'mapping');
  if (list === null) return null;
  const temporal = new Map<string, LevelLoops>();
  const spatial = new Map<string, LevelLoops>();
  const keep = new Map<string, { keep: readonly string[] | null; bypass: readonly string[] }>();
  const noReuse = new Map<string, readonly string[]>();
  let runs: Directives['runs'] = {};
  const known = new Set([...problem.dimensions.keys(), ...Object.values(RUN_NAMES)]);
  const context: Context = { problem, levels, known, findings };
  for (const item of list.items) {
    const map = findings.map(item, 'a directive');
    const type = map === null ? null : typeOf(map, findings);
    if (map === null || type === null) continue;
    findings.keys(map, TYPES[type], {}, `a ${type} directive`);
    const level = targetOf(map, type, context);
    if (level === null) continue;
    if (type === 'tally-runs') {
      runs = { ...runs, ...readRuns(map, context) };
    } else if (type === 'temporal' || type === 'spatial') {
      const taken = type === 'temporal' ? temporal : spatial;
      if (!needOnce(map, taken, level.name, findings)) continue;
      const factorsNode = map.fields.get('factors')?.value;
      const factors = factorsNode === undefined ? [] : readFactors(factorsNode, known, findings);
      const permutationNode = map.fields.get('permutation')?.value;
      const permutation =
        permutationNode === undefined ? null : readPermutation(permutationNode, known, findings);
      taken.set(level.name, orderLoops(factors, permutation, map.place, findings));
      const reuse = map.fields.get('no_reuse')?.value;
      if (reuse !== undefined) noReuse.set(level.name, dataSpaceList(reuse, 'no_reuse', findings));
    } else if (needOnce(map, keep, level.name, findings)) {
      const kept = map.fields.get('keep')?.value;
      keep.set(level.name, {
        keep: kept === undefined ? null : dataSpaceList(kept, 'keep', findings),
        bypass: dataSpaceList(map.fields.get('bypass')?.value, 'bypass', findings),
      });
    }
  }
  return { place: list.place, temporal, spatial, keep, noReuse, runs };
}
