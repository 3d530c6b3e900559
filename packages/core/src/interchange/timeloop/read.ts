import { countAccesses, type Machine, type MachineBuffer, type MappingProblem } from '../../mapping/index.ts';
import { Findings } from '../findings.ts';
import type { ImportedLayer, ImportedMapping, SourceFile } from '../imported.ts';
import { mappingOfNest } from '../nest/match.ts';
import type { LayerNest } from '../nest/nest.ts';
import { NEST_PATTERNS } from '../nest/patterns.ts';
import { parseFiles } from '../yaml/parse.ts';
import type { YamlField, YamlMap, YamlNode } from '../yaml/node.ts';
import { attribute, readArchitecture } from './architecture.ts';
import { readDirectives, type Directives } from './directives.ts';
import { readProblem, type DataSpace, type TimeloopProblem } from './problem.ts';
import { tiersOf, workOf, type TierLevel, type Tiers } from './tiers.ts';

/** Room where a file gives none. */
const UNBOUNDED_BITS = 2 ** 50;
const UNBOUNDED_ROWS = 2 ** 31 - 1;

const TOP_LEVEL = ['problem', 'architecture', 'mapping'] as const;
const TOP_LEFT = {
  mapper: 'tells a mapper how to search; the mapping is fixed',
  constraints: 'restrict a mapper; the mapping is fixed',
  architecture_constraints: 'restrict a mapper; the mapping is fixed',
  mapspace: 'restricts a mapper; the mapping is fixed',
  mapspace_constraints: 'restrict a mapper; the mapping is fixed',
  components: 'describe energy and area of components; Tally counts accesses',
  compound_components: 'describe energy and area of components; Tally counts accesses',
  variables: 'are for energy estimators; expressions are not evaluated',
  globals: 'are for energy estimators; expressions are not evaluated',
  ERT: 'energies; Tally takes them from its own tables',
  ART: 'areas; Tally takes them from its own tables',
};

interface Parts {
  readonly problem: YamlField;
  readonly architecture: YamlField;
  readonly mapping: YamlField;
}

/** Finds the three parts in any number of files. */
function gather(roots: readonly YamlNode[], findings: Findings): Parts | null {
  const parts: Partial<Record<(typeof TOP_LEVEL)[number], YamlField>> = {};
  for (const root of roots) {
    const map = findings.map(root, 'a Timeloop file');
    if (map === null) continue;
    findings.keys(map, TOP_LEVEL, TOP_LEFT, 'a Timeloop file');
    for (const key of TOP_LEVEL) {
      const field = map.fields.get(key);
      if (field === undefined) continue;
      if (parts[key] !== undefined)
        findings.refuse(field.place, 'part-twice', `a second ${key}`, 'give one of each');
      parts[key] = field;
    }
  }
  const { problem, architecture, mapping } = parts;
  if (problem === undefined || architecture === undefined || mapping === undefined) {
    const missing = TOP_LEVEL.filter((key) => parts[key] === undefined);
    if (roots.length > 0) {
      findings.refuse(
        roots[0].place,
        'missing-part',
        `no ${missing.join(', no ')} in the files`,
        'name the files of problem, architecture and mapping',
      );
    }
    return null;
  }
  return { problem, architecture, mapping };
}

function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1);
}

/** Rows of `entries` elements that the storage of an operand inside the macro holds. */
function rowsOf(
  macro: readonly TierLevel[],
  space: DataSpace,
  bits: number,
): { rows: number; datawidth: number; isKept: boolean } {
  const index = macro.findIndex(({ keeps }) => keeps.has(space));
  if (index < 0) return { rows: 1, datawidth: bits, isKept: false };
  const { level } = macro[index];
  const datawidth = level.datawidth ?? bits;
  const below = space === 'partialSums' ? 1 : product(macro.slice(index + 1).map(({ entries }) => entries));
  const rows =
    level.capacityBits === null ? UNBOUNDED_ROWS : Math.floor(level.capacityBits / (datawidth * below));
  return { rows: Math.min(UNBOUNDED_ROWS, Math.max(0, rows)), datawidth, isKept: true };
}

function multicastOf(
  tiers: Tiers,
  problem: TimeloopProblem,
  directives: Directives,
  findings: Findings,
): boolean {
  let multicast = true;
  for (const { level } of tiers.macro) {
    const names = [...level.noReuse, ...(directives.noReuse.get(level.name) ?? [])];
    const spaces = names.flatMap((name) =>
      name === '*' ? ['weights', 'activations'] : [problem.dataSpaces.get(name)],
    );
    const weights = spaces.includes('weights');
    const activations = spaces.includes('activations');
    if (weights !== activations) {
      findings.refuse(
        level.place,
        'multicast',
        'no_reuse names only one of weights and inputs; Tally multicasts both or none',
        'name both or none',
      );
    }
    if (weights) multicast = false;
  }
  return multicast;
}

function bufferOf({ level, keeps }: TierLevel): MachineBuffer {
  const buffering = level.attributes?.fields.get('multiple_buffering')?.value;
  return {
    name: level.name,
    operands: (['weights', 'activations', 'partialSums'] as const).filter((space) => keeps.has(space)),
    capacityBits: level.capacityBits ?? UNBOUNDED_BITS,
    bitsPerCycle: level.datawidth ?? 1,
    doubleBuffered: buffering?.kind === 'scalar' && buffering.value === 2,
  };
}

function checkBufferedOnce(tiers: Tiers, findings: Findings): void {
  const holder = new Map<DataSpace, string>();
  for (const { level, keeps } of tiers.buffers) {
    for (const space of keeps) {
      const other = holder.get(space);
      if (other !== undefined) {
        findings.refuse(
          level.place,
          'operand-kept-twice',
          `${space} are kept by '${other}' and again by '${level.name}'`,
          'let one of the two bypass them',
        );
      }
      holder.set(space, level.name);
    }
  }
}

interface Sizes {
  readonly weightBits: number;
  readonly activationBits: number;
  readonly resultBits: number;
}

function machineOfTiers(tiers: Tiers, sizes: Sizes, multicast: boolean, findings: Findings): Machine {
  const { memory, macro } = tiers;
  const compute = macro.at(-1)?.level.attributes ?? null;
  const weights = rowsOf(macro, 'weights', sizes.weightBits);
  const activations = rowsOf(macro, 'activations', sizes.activationBits);
  const sums = rowsOf(macro, 'partialSums', sizes.resultBits);
  const entries = product(macro.map((one) => one.entries));
  const buffers = tiers.buffers.filter(({ keeps }) => keeps.size > 0).map(bufferOf);
  const holder = (space: DataSpace): number => buffers.findIndex(({ operands }) => operands.includes(space));
  return {
    kind: 'mapping-machine',
    name: memory.level.name,
    macros: product(macro.map((one) => one.macros)),
    multicast,
    macro: {
      entries,
      weightRows: weights.rows,
      activationRows: activations.rows,
      accumulators: sums.rows,
      accumulatorBits: attribute(compute, 'tally_accumulator_bits', findings) ?? sums.datawidth,
      weightDigitBits: weights.datawidth,
      activationDigitBits: activations.datawidth,
      slotsPerStep: attribute(compute, 'tally_slots_per_step', findings) ?? 1,
      windowVectors: attribute(compute, 'tally_window_vectors', findings) ?? 1,
      windowOverheadCycles: attribute(compute, 'tally_window_overhead_cycles', findings, 0) ?? 0,
    },
    buffers,
    bufferOf: {
      weights: holder('weights'),
      activations: holder('activations'),
      partialSums: holder('partialSums'),
    },
    memoryBitsPerCycle: memory.level.datawidth ?? 1,
  };
}

function bitsOf(
  attributes: YamlMap | null,
  datawidth: number | null,
  memory: TierLevel,
  findings: Findings,
): Sizes | null {
  const bits = (key: string): number | null => attribute(attributes, key, findings) ?? datawidth;
  const weightBits = bits('tally_weight_bits');
  const activationBits = bits('tally_activation_bits');
  const resultBits = bits('tally_result_bits');
  if (weightBits === null || activationBits === null || resultBits === null) {
    return findings.refuse(
      memory.level.place,
      'missing-key',
      `'${memory.level.name}' has no datawidth`,
      "add 'datawidth:', the bits of an element",
    );
  }
  return { weightBits, activationBits, resultBits };
}

function dataflowOf(tiers: Tiers, findings: Findings): string | null {
  const field = tiers.macro[0]?.level.attributes?.fields.get('tally_dataflow');
  if (field === undefined) return null;
  const name = findings.text(field.value, 'tally_dataflow');
  if (name === null || Object.hasOwn(NEST_PATTERNS, name)) return name;
  return findings.refuse(
    field.place,
    'unknown-dataflow',
    `no dataflow is named '${name}'`,
    `use one of ${Object.keys(NEST_PATTERNS).join(', ')}`,
  );
}

function readLayer(parts: Parts, findings: Findings): ImportedLayer | null {
  const read = readProblem(parts.problem.value, findings);
  const levels = readArchitecture(parts.architecture.value, findings);
  if (read === null || levels === null) return null;
  const directives = readDirectives(parts.mapping.value, read, levels, findings);
  if (directives === null || findings.issues.length > 0) return null;
  const tiers = tiersOf(read, levels, directives, findings);
  if (tiers === null) return null;
  checkBufferedOnce(tiers, findings);
  const { memory } = tiers;
  const sizes = bitsOf(memory.level.attributes, memory.level.datawidth, memory, findings);
  const { work, kept } = workOf(tiers, findings);
  const multicast = multicastOf(tiers, read, directives, findings);
  const dataflow = dataflowOf(tiers, findings);
  if (sizes === null) return null;
  const problem: MappingProblem = { kind: 'mapping-problem', id: read.name, ...read.problem, ...sizes };
  const nest: LayerNest = {
    problem,
    machine: machineOfTiers(tiers, sizes, multicast, findings),
    tiles: memory.temporal,
    work,
    kept,
    runs: directives.runs,
    dataflow,
    place: directives.place,
  };
  if (findings.issues.length > 0) return null;
  const matched = mappingOfNest(nest, findings);
  if (matched === null) return null;
  const counts = countAccesses(problem, matched.machine, matched.mapping);
  return { name: read.name, problem, ...matched, counts };
}

/**
 * Reads a Timeloop 0.4 problem, architecture and mapping, from one file or several, and counts the accesses of that mapping; what maps
 * and what does not is in docs/howto/interchange.md.
 *
 * @param files YAML, expanded (no templates)
 * @throws TallyError with all that is wrong in the files, each with file, line, column, rule and remedy: syntax first, then keys and
 *   names, then what the loops are on our tiers
 */
export function importTimeloop(files: readonly SourceFile[]): ImportedMapping {
  const findings = new Findings();
  const roots = parseFiles(files);
  const parts = gather(roots, findings);
  const layer = parts === null ? null : readLayer(parts, findings);
  findings.throwIfRefused();
  if (layer === null) throw new Error('a Timeloop layer was refused without a reason');
  return {
    kind: 'imported-mapping',
    formatVersion: 1,
    format: 'timeloop',
    layers: [layer],
    unused: findings.unused,
    differences: findings.differences,
  };
}
