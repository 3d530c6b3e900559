import type { Findings } from '../findings.ts';
import { DIMENSION_NAMES } from '../nest/sizes.ts';
import type { KeptFrom, NestLoop, Run, NestDimension, WorkLoop } from '../nest/nest.ts';
import type { TimeloopLevel } from './architecture.ts';
import { RUN_NAMES, type Directives, type LevelLoops } from './directives.ts';
import type { DataSpace, TimeloopProblem } from './problem.ts';

/** A level, what it keeps, and its loops. */
export interface TierLevel {
  readonly level: TimeloopLevel;
  readonly keeps: ReadonlySet<DataSpace>;
  readonly temporal: readonly NestLoop[];
  readonly spatial: readonly NestLoop[];
  /** Copies along entries and along macros that the mesh offers. */
  readonly entries: number;
  readonly macros: number;
}

/** The levels of an architecture on our three tiers. */
export interface Tiers {
  readonly memory: TierLevel;
  readonly buffers: readonly TierLevel[];
  /** Containers, storages and the compute unit from the first mesh on. */
  readonly macro: readonly TierLevel[];
}

const ALL: readonly DataSpace[] = ['weights', 'activations', 'partialSums'];

function spaces(
  names: readonly string[],
  problem: TimeloopProblem,
  level: TimeloopLevel,
  findings: Findings,
): readonly DataSpace[] {
  return names.flatMap((name) => {
    if (name === '*') return ALL;
    const space = problem.dataSpaces.get(name);
    if (space !== undefined) return [space];
    findings.refuse(
      level.place,
      'unknown-data-space',
      `'${level.name}' keeps or bypasses '${name}', which the problem does not have`,
      `use ${[...problem.dataSpaces.keys()].join(', ')}`,
    );
    return [];
  });
}

/** The mapping's list, else the architecture's; a storage that says nothing keeps everything. */
function keepsOf(
  level: TimeloopLevel,
  problem: TimeloopProblem,
  directives: Directives,
  findings: Findings,
): ReadonlySet<DataSpace> {
  if (level.kind !== 'storage') return new Set();
  const own = directives.keep.get(level.name);
  const keep = own === undefined ? level.keep : own.keep;
  const bypassed = new Set(spaces(own === undefined ? level.bypass : own.bypass, problem, level, findings));
  const kept =
    keep === null ? ALL.filter((space) => !bypassed.has(space)) : spaces(keep, problem, level, findings);
  const both = kept.filter((space) => bypassed.has(space));
  if (both.length > 0) {
    findings.refuse(
      level.place,
      'kept-and-bypassed',
      `'${level.name}' keeps and bypasses ${both.join(', ')}`,
      'name it once',
    );
  }
  const unsaid = ALL.filter((space) => !kept.includes(space) && !bypassed.has(space));
  if (own !== undefined && keep !== null && unsaid.length > 0) {
    findings.refuse(
      level.place,
      'neither-kept-nor-bypassed',
      `the mapping does not say whether '${level.name}' keeps ${unsaid.join(', ')}`,
      'name it under keep or bypass',
    );
  }
  return new Set(kept);
}

const RUN_OF = new Map<string, Run>(
  (Object.entries(RUN_NAMES) as [Run, string][]).map(([run, name]) => [name, run]),
);

/** Factors 0 stand for what the other levels leave of a dimension. */
function resolve(
  problem: TimeloopProblem,
  directives: Directives,
  findings: Findings,
): (loops: LevelLoops) => readonly NestLoop[] {
  const all = [...directives.temporal.values(), ...directives.spatial.values()].flat();
  const rest = new Map<string, number>();
  for (const factor of all.filter(({ count }) => count === 0)) {
    const size = problem.sizes.get(factor.name) ?? 1;
    const others = all
      .filter((other) => other.name === factor.name && other.count !== 0)
      .reduce((product, { count }) => product * count, 1);
    if (rest.has(factor.name) || size % others !== 0) {
      findings.refuse(
        factor.place,
        'factor',
        rest.has(factor.name)
          ? `${factor.name} has two factors 0`
          : `the other factors of ${factor.name} multiply to ${others}, which does not divide ${size}`,
        'write the factor out',
      );
    }
    rest.set(factor.name, Math.max(1, Math.floor(size / others)));
  }
  return (loops) =>
    loops.map(({ name, count, last, place }) => {
      const whole = count === 0 ? (rest.get(name) ?? 1) : count;
      const dimension: NestDimension | Run = problem.dimensions.get(name) ?? RUN_OF.get(name) ?? 'batch';
      return { dimension, count: whole, last: count === 0 ? whole : last, place };
    });
}

const ENTRY_LOOPS: readonly string[] = ['channels', 'kernelRows', 'kernelColumns', 'entryRuns'];

export function isEntryLoop(loop: NestLoop): boolean {
  return ENTRY_LOOPS.includes(loop.dimension);
}

/** Puts each level on its tier. */
export function tiersOf(
  problem: TimeloopProblem,
  levels: readonly TimeloopLevel[],
  directives: Directives,
  findings: Findings,
): Tiers | null {
  const loopsOf = resolve(problem, directives, findings);
  const kept = levels.map((level) => keepsOf(level, problem, directives, findings));
  const memoryIndex = levels.findIndex(({ kind }) => kind === 'storage');
  const buffered = new Set<DataSpace>();
  let first = levels.length;
  for (let index = memoryIndex + 1; index < levels.length && first === levels.length; index++) {
    const again = [...kept[index]].some((space) => buffered.has(space));
    if (levels[index].isSpatial || again || levels[index].kind === 'compute') first = index;
    else for (const space of kept[index]) buffered.add(space);
  }
  let stored = false;
  const tiers = levels.map((level, index): TierLevel => {
    const spatial = loopsOf(directives.spatial.get(level.name) ?? []);
    const used = (loops: readonly NestLoop[]): number =>
      loops.reduce((product, { count }) => product * count, 1);
    const alongEntries = used(spatial.filter(isEntryLoop));
    const alongMacros = used(spatial.filter((loop) => !isEntryLoop(loop)));
    if (used(spatial) > level.mesh) {
      findings.refuse(
        spatial[0].place,
        'more-than-the-mesh',
        `loops over ${used(spatial)} copies of '${level.name}', which has ${level.mesh}`,
        'spread over fewer, or enlarge the mesh',
      );
    }
    if (alongMacros > 1 && stored) {
      findings.refuse(
        spatial[0].place,
        'shared-inside-the-macro',
        `${spatial.map(({ dimension }) => DIMENSION_NAMES[dimension]).join(', ')} are spread below a storage that the copies share; macros share only buffers`,
        'spread them above all storages of the macro',
      );
    }
    const isEntryMesh = alongMacros === 1 && (alongEntries > 1 || stored);
    const entries = isEntryMesh ? level.mesh : alongEntries;
    if (index >= first && level.kind === 'storage' && kept[index].size > 0) stored = true;
    return {
      level,
      keeps: kept[index],
      temporal: loopsOf(directives.temporal.get(level.name) ?? []),
      spatial,
      entries,
      macros: Math.max(1, Math.floor(level.mesh / entries)),
    };
  });
  const memory = tiers[memoryIndex];
  const missing = ALL.filter((space) => !memory.keeps.has(space));
  if (missing.length > 0 || levels.slice(0, memoryIndex + 1).some(({ mesh }) => mesh > 1)) {
    return findings.refuse(
      memory.level.place,
      'memory',
      missing.length > 0
        ? `the memory '${memory.level.name}' does not keep ${missing.join(', ')}`
        : `there are several memories '${memory.level.name}'`,
      'put one memory that keeps all operands on top',
    );
  }
  return {
    memory,
    buffers: tiers.slice(memoryIndex + 1, first).filter(({ level }) => level.kind === 'storage'),
    macro: tiers.slice(first),
  };
}

/** Loops inside a tile, and from which on each operand is kept in the macro. */
export function workOf(tiers: Tiers, findings: Findings): { work: readonly WorkLoop[]; kept: KeptFrom } {
  const work: WorkLoop[] = [];
  const kept: Record<DataSpace, number> = { weights: Infinity, activations: Infinity, partialSums: Infinity };
  const inTime = (loops: readonly NestLoop[]): void => {
    for (const loop of loops) work.push({ ...loop, over: 'time' });
  };
  for (const [index, { level, temporal }] of tiers.buffers.entries()) {
    const isLast = index === tiers.buffers.length - 1;
    const loops = temporal.filter(({ count }) => count > 1);
    if (!isLast && loops.length > 0) {
      findings.refuse(
        loops[0].place,
        'loops-between-buffers',
        `'${level.name}' iterates over other buffers; buffers of ours are one tier with one tile`,
        `iterate at '${tiers.buffers[tiers.buffers.length - 1].level.name}' or at the memory`,
      );
    }
    inTime(temporal);
  }
  const holder = new Map<DataSpace, string>();
  let entriesAbove = 1;
  for (const { level, keeps, temporal, spatial } of tiers.macro) {
    for (const loop of spatial) work.push({ ...loop, over: isEntryLoop(loop) ? 'entries' : 'macros' });
    entriesAbove *= spatial.filter(isEntryLoop).reduce((product, { count }) => product * count, 1);
    for (const space of keeps) {
      const other = holder.get(space);
      if (other === undefined) {
        holder.set(space, level.name);
        kept[space] = work.length;
      } else {
        findings.differ(
          level.place,
          `'${level.name}' keeps ${space} again inside '${other}'`,
          `a macro of ours stores an operand once: what moves between the two is not counted`,
        );
      }
      if (space === 'partialSums' && entriesAbove > 1) {
        findings.refuse(
          level.place,
          'sums-per-entry',
          `'${level.name}' keeps a partial sum for each entry; a macro of ours adds the entries of a row first`,
          'keep the sums above the mesh over channels and kernel',
        );
      }
    }
    inTime(temporal);
  }
  return { work, kept };
}
