import {
  areaCounts,
  fail,
  type ActionCounts,
  type AreaCounts,
  type AreaEntry,
  type Chip,
  type EnergyEntry,
  type MacroActivity,
  type TechTable,
} from '@tally/core';
import { areaPiece, flipFlopsAction, gatesAction } from './pieces.ts';
import type { SynthesisReport } from './report.ts';

/** Feature size of a library, which Liberty does not state. */
export interface Node {
  readonly nm: number;
  readonly source: string;
}

/** The workload's action counts, as tables price them. */
export function workloadActions(activity: MacroActivity): ActionCounts {
  const { searchedBits, matches, classMultiplications, rescales, accumulations } = activity;
  const { thresholdComparisons, loadedBits, cycles } = activity;
  return {
    searchedBits,
    matches,
    classMultiplications,
    rescales,
    accumulations,
    thresholdComparisons,
    loadedBits,
    cycles: cycles.total,
  };
}

/** Areas by piece, um2; their sum is the circuit's. */
function pieceAreas({ modules, partialSumAreaUm2 }: SynthesisReport): Record<keyof AreaCounts, number> {
  const areas: Record<keyof AreaCounts, number> = {
    searchableBits: 0,
    partialSumBits: partialSumAreaUm2,
    popcountInputs: 0,
    multipliers: 0,
    adders: -partialSumAreaUm2,
    comparators: 0,
    rest: 0,
  };
  for (const { module, areaUm2 } of modules) areas[areaPiece(module)] += areaUm2;
  return areas;
}

const AREA_OF: Readonly<Record<keyof AreaCounts, string>> = {
  searchableBits: 'rows and arrays of CAM and MUX cells, built of flip-flops and gates, by stored bits',
  partialSumBits: 'flip-flops of the partial sums, by bits; their multiplexers are in adders',
  popcountInputs: 'both popcounts, by inputs',
  multipliers: 'class multiplier',
  adders: "accumulator unit without the partial sums' flip-flops: adders, shifter, accumulators",
  comparators: 'threshold unit with its stored thresholds, by comparators',
  rest: 'everything else: controller, search driver, pipeline, counters, match and output registers',
};

const ENERGY_OF: Readonly<Record<keyof ActionCounts, string>> = {
  searchedBits: 'gates of the arrays and the search driver, by searched bits',
  matches: 'popcounts and counters, by matches',
  classMultiplications: 'class multiplier',
  rescales: 'nothing of its own: the transfer of the slot is in accumulations',
  accumulations: 'vector sum, partial sums, shifter and accumulators, by class products',
  thresholdComparisons: 'threshold unit, by comparisons',
  loadedBits: "data switching in the arrays' flip-flops, by loaded bits",
  cycles:
    'clock pins of all flip-flops, leakage, controller, pipeline, match and output registers, by cycles',
};

/** Energies of the whole workload by action, joules; their sum is power x time. */
function actionEnergies(
  { modules, clockMHz }: SynthesisReport,
  actions: ActionCounts,
): Record<keyof ActionCounts, number> {
  const energies: Record<keyof ActionCounts, number> = {
    searchedBits: 0,
    matches: 0,
    classMultiplications: 0,
    rescales: 0,
    accumulations: 0,
    thresholdComparisons: 0,
    loadedBits: 0,
    cycles: 0,
  };
  const seconds = actions.cycles / (clockMHz * 1e6);
  // What an action does that never happened is charged to the cycles in which it did not.
  const chargeable = (action: keyof ActionCounts) => (actions[action] > 0 ? action : 'cycles');
  for (const { module, power } of modules) {
    const { internalW, switchingW, storedW, clockW, leakageW } = power;
    energies[chargeable(gatesAction(module))] += (internalW + switchingW - storedW) * seconds;
    energies[chargeable(flipFlopsAction(module))] += storedW * seconds;
    energies.cycles += (clockW + leakageW) * seconds;
  }
  return energies;
}

function record<Key extends string, Value>(
  keys: readonly Key[],
  value: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<Key, Value>;
}

/**
 * A technology table whose areas and energies are those of the synthesised circuit; memory, which synthesis does not see, stays
 * the base table's, and so does the energy of an action that the workload never took, with its own label.
 * Areas sum up to the circuit's; the workload's actions at these energies sum up to its power x time.
 *
 * @throws TallyError `calibrated-entry-kept` when an entry that stays was fitted: beside other entries it means nothing
 */
export function synthesisedTable(
  base: TechTable,
  chip: Chip,
  report: SynthesisReport,
  activity: MacroActivity,
  node: Node,
): TechTable {
  const { library, clockMHz } = report;
  const source = `tally synth ${report.chip}, Yosys and OpenSTA, library ${library.name}, ${library.voltageV} V`;
  const pieces = areaCounts(chip);
  const areas = pieceAreas(report);
  const actions = workloadActions(activity);
  const energies = actionEnergies(report, actions);
  const area = (piece: keyof AreaCounts): AreaEntry => ({
    value: areas[piece] / pieces[piece],
    unit: 'um2',
    source,
    label: 'synthesised',
    how: `${AREA_OF[piece]}: ${areas[piece].toFixed(1)} um2 / ${pieces[piece]}; no wires, no utilisation`,
  });
  const energy = (action: keyof ActionCounts): EnergyEntry => {
    const count = actions[action];
    if (count === 0 && action !== 'rescales') return base.energies[action];
    const totalPj = energies[action] * 1e12;
    return {
      value: count === 0 ? 0 : totalPj / count,
      unit: 'pJ',
      voltageV: library.voltageV,
      source,
      label: 'synthesised',
      how: `${ENERGY_OF[action]}: ${totalPj.toPrecision(6)} pJ / ${count} in ${actions.cycles} cycles of ${report.workload.name} at ${clockMHz} MHz; no wires, no clock tree, no glitches`,
    };
  };
  const table: TechTable = {
    ...base,
    name: slug(`${report.chip}-${library.name}`),
    title: `Circuit of ${report.chip} synthesised to ${library.name}; memory as in ${base.name}`,
    node: { value: node.nm, unit: 'nm', source: node.source, label: 'literature' },
    energies: record(Object.keys(base.energies) as (keyof ActionCounts)[], energy),
    areas: record(Object.keys(base.areas) as (keyof AreaCounts)[], area),
    calibration: null,
  };
  const kept = [...Object.entries(table.energies), ...Object.entries({ ...table.memory })];
  for (const [name, entry] of kept) {
    if (entry?.label !== 'calibrated') continue;
    fail(
      'calibrated-entry-kept',
      `table ${base.name}: ${name}`,
      'is calibrated, and synthesis does not replace it',
      'start from a table whose entry comes from literature (--tech)',
    );
  }
  return table;
}

/** Lower-case words joined by hyphens, as tables are named. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
