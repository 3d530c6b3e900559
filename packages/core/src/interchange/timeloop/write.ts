import {
  contentHash,
  countAccesses,
  type LayerMapping,
  type Machine,
  type MappingProblem,
} from '../../mapping/index.ts';
import { TallyError } from '../../diagnostics/index.ts';
import type { NestDimension, Run } from '../nest/nest.ts';
import { RUNS } from '../nest/nest.ts';
import type { Slot } from '../nest/patterns.ts';
import { RUN_NAMES } from './directives.ts';
import { importTimeloop } from './read.ts';
import { writtenNests, type WrittenLoop, type WrittenNest } from './write-loops.ts';

/** What is written: one layer on one machine. */
export interface MappedProblem {
  readonly problem: MappingProblem;
  readonly machine: Machine;
  readonly mapping: LayerMapping;
}

/** A mapping as a Timeloop file. */
export interface TimeloopFile {
  /** YAML with problem, architecture and mapping. */
  readonly text: string;
  /** Whether Timeloop itself can read it: no dimensions run as one. */
  readonly isPlain: boolean;
}

const NAMES: Readonly<Record<NestDimension | Run, string>> = {
  batch: 'N',
  group: 'G',
  outputs: 'M',
  rows: 'P',
  columns: 'Q',
  channels: 'C',
  kernelRows: 'R',
  kernelColumns: 'S',
  weightDigits: 'D',
  activationDigits: 'E',
  ...RUN_NAMES,
};

/** Storages of the macro, outermost first, and the loops at each, per dataflow; sums are bypassed where every step hands them out. */
const LEVELS: Readonly<Record<string, readonly (readonly [string, readonly Slot[]])[]>> = {
  'weight-stationary': [
    ['sequence', ['outputs', 'chunks', 'weightDigits', 'activationDigits']],
    ['weight_rows', ['pixels']],
    ['activation_rows', ['outputTile']],
    ['accumulators', []],
  ],
  'output-stationary': [
    ['sequence', ['outputs', 'pixels']],
    ['accumulators', ['weightDigits', 'activationDigits', 'chunks']],
    ['weight_rows', ['outputTile']],
    ['activation_rows', ['pixelTile']],
  ],
  'input-stationary': [
    ['sequence', ['pixels', 'chunks', 'activationDigits', 'weightDigits']],
    ['activation_rows', ['outputs']],
    ['weight_rows', ['pixelTile']],
    ['accumulators', []],
  ],
  'weight-output-stationary': [
    ['sequence', ['outputs', 'chunks', 'weightDigits', 'activationDigits']],
    ['weight_rows', ['pixels']],
    ['accumulators', ['chunkTile']],
    ['activation_rows', ['outputTile']],
  ],
  'input-output-stationary': [
    ['sequence', ['pixels', 'chunks', 'activationDigits', 'weightDigits']],
    ['activation_rows', ['outputs']],
    ['accumulators', ['chunkTile']],
    ['weight_rows', ['pixelTile']],
  ],
};

const KEPT: Readonly<Record<string, string>> = {
  weight_rows: 'Weights',
  activation_rows: 'Inputs',
  accumulators: 'Outputs',
};
const SPACES = { weights: 'Weights', activations: 'Inputs', partialSums: 'Outputs' } as const;

const list = (items: readonly (string | number)[]): string => `[${items.join(', ')}]`;

function problemLines(problem: MappingProblem): readonly string[] {
  const { rows, columns } = problem;
  const grouped = problem.groups > 1 ? ['G'] : [];
  const digits = {
    weights: problem.weightDigits > 1 ? ['D'] : [],
    activations: problem.activationDigits > 1 ? ['E'] : [],
  };
  const rank = (name: string): string => `[[${name}]]`;
  const sizes: Readonly<Record<string, number>> = {
    N: problem.batch,
    G: problem.groups,
    M: problem.outputs,
    C: problem.channels,
    P: rows.outputs,
    Q: columns.outputs,
    R: rows.taps,
    S: columns.taps,
    D: problem.weightDigits,
    E: problem.activationDigits,
  };
  const dimensions = [
    'N',
    ...grouped,
    'M',
    'C',
    'P',
    'Q',
    'R',
    'S',
    ...digits.weights,
    ...digits.activations,
  ];
  const numbers = {
    ...Object.fromEntries(dimensions.map((name) => [name, sizes[name]])),
    Hstride: rows.stride,
    Wstride: columns.stride,
    Hdilation: rows.dilation,
    Wdilation: columns.dilation,
    H: rows.inputs,
    W: columns.inputs,
    Hpad: rows.padding,
    Wpad: columns.padding,
  };
  const coefficients = ['Hstride', 'Wstride', 'Hdilation', 'Wdilation'];
  const inputs = [
    ...['N', ...grouped, 'C'].map(rank),
    '[[P, Hstride], [R, Hdilation]]',
    '[[Q, Wstride], [S, Wdilation]]',
    ...digits.activations.map(rank),
  ];
  return [
    'problem:',
    '  version: 0.4',
    `  instance: {${Object.entries(numbers)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ')}}`,
    '  shape:',
    `    name: ${JSON.stringify(problem.id)}`,
    `    dimensions: ${list(dimensions)}`,
    '    coefficients:',
    ...coefficients.map((name) => `      - {name: ${name}, default: 1}`),
    '    data_spaces:',
    '      - name: Weights',
    `        projection: ${list([...grouped, 'M', 'C', 'R', 'S', ...digits.weights].map(rank))}`,
    '      - name: Inputs',
    `        projection: ${list(inputs)}`,
    '      - name: Outputs',
    `        projection: ${list(['N', ...grouped, 'M', 'P', 'Q'].map(rank))}`,
    '        read_write: true',
  ];
}

function component(
  name: string,
  kind: string,
  attributes: Readonly<Record<string, number>>,
): readonly string[] {
  const fields = Object.entries(attributes).map(([key, value]) => `${key}: ${value}`);
  return [
    '    - !Component',
    `      name: ${JSON.stringify(name)}`,
    `      class: ${kind}`,
    `      attributes: {${fields.join(', ')}}`,
  ];
}

/** Bits as depth times width. */
function room(bits: number): { depth: number; width: number } {
  return bits % 8 === 0 ? { depth: bits / 8, width: 8 } : { depth: bits, width: 1 };
}

function bufferName(name: string): string {
  const taken = ['memory', 'macro', 'sequence', 'entry', 'compute', ...Object.keys(KEPT)];
  return taken.includes(name) ? `${name}_buffer` : name;
}

function architectureLines({ problem, machine, mapping }: MappedProblem): readonly string[] {
  const { macro } = machine;
  const bits = {
    weights: problem.weightBits,
    activations: problem.activationBits,
    partialSums: problem.resultBits,
  };
  const storages: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    sequence: { depth: 1, width: 1, datawidth: 1 },
    weight_rows: {
      depth: macro.weightRows * macro.entries,
      width: macro.weightDigitBits,
      datawidth: macro.weightDigitBits,
    },
    activation_rows: {
      depth: macro.activationRows * macro.entries,
      width: macro.activationDigitBits,
      datawidth: macro.activationDigitBits,
    },
    accumulators: {
      depth: macro.accumulators,
      width: macro.accumulatorBits,
      datawidth: macro.accumulatorBits,
    },
  };
  return [
    'architecture:',
    '  version: 0.4',
    '  nodes:',
    ...component('memory', 'DRAM', {
      datawidth: Math.max(...Object.values(bits)),
      tally_weight_bits: bits.weights,
      tally_activation_bits: bits.activations,
      tally_result_bits: bits.partialSums,
    }),
    ...machine.buffers.flatMap(({ name, operands, capacityBits, doubleBuffered }) =>
      component(bufferName(name), 'SRAM', {
        ...room(capacityBits),
        datawidth: bits[operands[0]],
        multiple_buffering: doubleBuffered ? 2 : 1,
      }),
    ),
    '    - !Container',
    '      name: macro',
    `      spatial: {meshX: ${machine.macros}}`,
    `      attributes: {tally_dataflow: ${mapping.macro.dataflow}}`,
    ...(machine.multicast ? [] : ['      constraints:', '        spatial: {no_reuse: [Weights, Inputs]}']),
    ...LEVELS[mapping.macro.dataflow].flatMap(([name]) => component(name, 'regfile', storages[name])),
    '    - !Container',
    '      name: entry',
    `      spatial: {meshX: ${macro.entries}}`,
    ...component('compute', 'intmac', {
      tally_accumulator_bits: macro.accumulatorBits,
      tally_slots_per_step: macro.slotsPerStep,
      tally_window_vectors: macro.windowVectors,
      tally_window_overhead_cycles: macro.windowOverheadCycles,
    }),
  ];
}

/** A directive with the loops that iterate, outermost first; Timeloop writes permutations innermost first. */
function loopLines(
  target: string,
  type: 'temporal' | 'spatial',
  loops: readonly WrittenLoop[],
): readonly string[] {
  const factors = loops
    .filter(({ count }) => count > 1)
    .map(({ dimension, count, last }) => {
      const name = NAMES[dimension];
      return last === count ? `${name}=${count}` : `"${name}=${count},${last}"`;
    });
  const order = loops.filter(({ count }) => count > 1).map(({ dimension }) => NAMES[dimension]);
  if (factors.length === 0) return [];
  return [
    `  - target: ${JSON.stringify(target)}`,
    `    type: ${type}`,
    `    factors: ${list(factors)}`,
    `    permutation: ${list([...order].reverse())}`,
  ];
}

function keepLines(target: string, kept: readonly string[]): readonly string[] {
  return [
    `  - target: ${JSON.stringify(target)}`,
    '    type: dataspace',
    `    keep: ${list(kept)}`,
    `    bypass: ${list(Object.values(SPACES).filter((space) => !kept.includes(space)))}`,
  ];
}

function mappingLines({ machine, mapping }: MappedProblem, nest: WrittenNest): readonly string[] {
  const levels = LEVELS[mapping.macro.dataflow];
  const runs = (Object.keys(nest.runs) as Run[]).map((run) =>
    list(RUNS[run].map((dimension, index) => `${NAMES[dimension]}=${nest.runs[run]?.[index] ?? 1}`)),
  );
  return [
    'mapping:',
    ...loopLines('memory', 'temporal', nest.tiles),
    ...keepLines('memory', Object.values(SPACES)),
    ...machine.buffers.flatMap(({ name, operands }) =>
      keepLines(
        bufferName(name),
        operands.map((operand) => SPACES[operand]),
      ),
    ),
    ...(runs.length === 0 ? [] : ['  - target: macro', '    type: tally-runs', `    runs: ${list(runs)}`]),
    ...loopLines('macro', 'spatial', nest.split),
    ...levels.flatMap(([name, slots]) => {
      const isKept = Object.hasOwn(KEPT, name) && !(name === 'accumulators' && slots.length === 0);
      return [
        ...loopLines(
          name,
          'temporal',
          slots.flatMap((slot) => nest.slots[slot]),
        ),
        ...keepLines(name, isKept ? [KEPT[name]] : []),
      ];
    }),
    ...loopLines('entry', 'spatial', nest.entries),
  ];
}

function headLines(nest: WrittenNest): readonly string[] {
  const runs = (Object.keys(nest.runs) as Run[]).map((run) =>
    RUNS[run].map((dimension) => NAMES[dimension]).join(', '),
  );
  if (runs.length === 0) return ['# A mapping found by Tally, in the terms of Timeloop 0.4.'];
  return [
    '# A mapping found by Tally, in the terms of Timeloop 0.4 but for the directive tally-runs, which Timeloop does not have:',
    `# inside a tile ${runs.join(' and ')} run as one, in row-major order, so that rows and shares are filled across them.`,
  ];
}

/**
 * Writes a mapping as a Timeloop 0.4 file that reads back to the same counts: each way of writing it is read and counted before it is
 * taken. Plain loops are preferred; where rows, pixels or outputs are cut as no loops over their dimensions can say, the directive
 * `tally-runs` says so. Tiles inside the macro are never written larger than the share that they cut.
 *
 * @param mapped a legal mapping (`checkMapping`) with a dataflow of docs/mapping.md
 */
export function exportTimeloop(mapped: MappedProblem): TimeloopFile {
  const { problem, machine, mapping } = mapped;
  const wanted = contentHash(countAccesses(problem, machine, mapping));
  let refusal: unknown = null;
  for (const nest of writtenNests(problem, machine, mapping)) {
    const parts = [problemLines(problem), architectureLines(mapped), mappingLines(mapped, nest)];
    const text = `${[...headLines(nest), ...parts.flat()].join('\n')}\n`;
    try {
      const [layer] = importTimeloop([{ name: 'export', text }]).layers;
      if (contentHash(layer.counts) === wanted) return { text, isPlain: Object.keys(nest.runs).length === 0 };
    } catch (error) {
      if (!(error instanceof TallyError)) throw error;
      refusal = error;
    }
  }
  throw new Error(`mapping of ${problem.id} cannot be written`, { cause: refusal });
}
