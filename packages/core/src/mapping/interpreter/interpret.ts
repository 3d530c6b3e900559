import type { AccessCounts } from '../access-counts.ts';
import type { Machine } from '../machine.ts';
import type { LayerMapping } from '../mapping.ts';
import type { Operand } from '../operand.ts';
import type { MappingProblem } from '../problem.ts';
import { BufferContents } from './buffers.ts';
import { openLedger, tierTotals } from './ledger.ts';
import { MacroTotals, runShare, SharedReads, type MacroSurroundings } from './macro.ts';
import { SumState } from './sums.ts';
import { shareTile, walkTiles } from './tile-walk.ts';

/** Clocks of the macro before its first slot and after its last (theory of operation of the macro). */
const FILL = 2;
const DRAIN = 7;

export interface Interpretation {
  readonly counts: AccessCounts;
  /** Most elements that a tile of each operand had. */
  readonly largestTiles: Readonly<Record<Operand, number>>;
}

/**
 * Walks the loop nest of a mapping element by element, with explicit sets of what each buffer and each macro holds, and counts what moves.
 * Shares nothing with the closed form but the types: the two must agree. For small layers: time and memory grow with the digit pairs.
 *
 * @throws TallyError `mapping-not-runnable` when something is used that is not where it must be
 */
export function interpretMapping(
  problem: MappingProblem,
  machine: Machine,
  mapping: LayerMapping,
): Interpretation {
  const ledger = openLedger(machine);
  const sums = new SumState(problem);
  const buffers = new BufferContents(problem, machine, ledger, sums);
  const around: MacroSurroundings = { problem, machine, mapping, ledger, buffers, sums };
  const macros = new Map<string, MacroTotals>();
  for (const tile of walkTiles(problem, mapping)) {
    buffers.enter(tile);
    const shared = new SharedReads();
    for (const share of shareTile(tile, mapping)) {
      // A macro without work loads nothing.
      if (share.outputs.length === 0 || share.pixels.length === 0) continue;
      let totals = macros.get(share.place);
      if (totals === undefined) macros.set(share.place, (totals = new MacroTotals()));
      runShare(around, tile, share, shared, totals);
    }
  }
  buffers.leave();

  let steps = 0;
  let windows = 0;
  let busiest = new MacroTotals();
  const slots = (one: MacroTotals) =>
    one.steps * machine.macro.slotsPerStep + one.windows * machine.macro.windowOverheadCycles;
  for (const one of macros.values()) {
    steps += one.steps;
    windows += one.windows;
    if (slots(one) > slots(busiest)) busiest = one;
  }
  const pairs = ledger.weights.macro.reads;
  return {
    counts: {
      kind: 'access-counts',
      macs: pairs / (problem.weightDigits * problem.activationDigits),
      pairs,
      ...tierTotals(machine, ledger),
      steps,
      windows,
      busiestSteps: busiest.steps,
      busiestWindows: busiest.windows,
      computeCycles: FILL + slots(busiest) + DRAIN,
    },
    largestTiles: { ...buffers.most },
  };
}
