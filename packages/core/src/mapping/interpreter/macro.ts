import type { Machine } from '../machine.ts';
import type { LayerMapping } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { inputAt, key, type BufferContents } from './buffers.ts';
import { impossible } from './bug.ts';
import type { Ledger } from './ledger.ts';
import { NESTS, type NestStep } from './nests.ts';
import type { SumState } from './sums.ts';
import type { WalkedShare, WalkedTile } from './tile-walk.ts';

/** Rows of one operand that a macro stores: a load takes the slot after the last load's. */
class Ring {
  private readonly rows: string[] = [];
  private readonly slots: number;
  private readonly what: string;

  constructor(slots: number, what: string) {
    this.slots = slots;
    this.what = what;
  }

  load(row: string): void {
    this.rows.push(row);
    if (this.rows.length > this.slots) this.rows.shift();
  }

  use(row: string): void {
    if (!this.rows.includes(row)) impossible(`the macro has no ${this.what} row ${row} any more`);
  }
}

/** Rows that the macros of one tile have loaded: with multicast, who loads the same for the n-th time shares the n-th read. */
export class SharedReads {
  private readonly read = new Set<string>();

  /** True when this load must read the tier above. */
  isFirst(row: string, time: number): boolean {
    const name = `${row} #${time}`;
    if (this.read.has(name)) return false;
    this.read.add(name);
    return true;
  }
}

/** Work of one macro over the whole layer. */
export class MacroTotals {
  steps = 0;
  windows = 0;
}

export interface MacroSurroundings {
  readonly problem: MappingProblem;
  readonly machine: Machine;
  readonly mapping: LayerMapping;
  readonly ledger: Ledger;
  readonly buffers: BufferContents;
  readonly sums: SumState;
}

type Tap = readonly [channel: number, row: number, column: number];

/** Runs one macro over its share of one tile. */
export function runShare(
  around: MacroSurroundings,
  tile: WalkedTile,
  share: WalkedShare,
  shared: SharedReads,
  totals: MacroTotals,
): void {
  const { problem, machine, mapping, ledger, buffers, sums } = around;
  const { macro } = machine;

  // Entries in the order of the weights, N at a time.
  const chunks: Tap[][] = [];
  for (const channel of tile.channels)
    for (let r = 0; r < problem.rows.taps; r++)
      for (let s = 0; s < problem.columns.taps; s++) {
        if (chunks.length === 0 || chunks[chunks.length - 1].length === macro.entries) chunks.push([]);
        chunks[chunks.length - 1].push([channel, r, s]);
      }

  const weightRing = new Ring(macro.weightRows, 'weight');
  const activationRing = new Ring(macro.activationRows, 'activation');
  const times = new Map<string, number>();
  const running = new Map<number, string>();

  const nextTime = (row: string): number => {
    const time = (times.get(row) ?? 0) + 1;
    times.set(row, time);
    return time;
  };
  const weightRow = (output: number, chunk: number, digit: number) =>
    `w ${share.outputs[output]} ${chunk} ${digit}`;
  const activationRow = (pixel: number, chunk: number, digit: number) =>
    `a ${share.pixels[pixel].join(',')} ${chunk} ${digit}`;

  const loadWeights = (output: number, chunk: number, digit: number): void => {
    const row = weightRow(output, chunk, digit);
    const reads = !machine.multicast || shared.isFirst(row, nextTime(row));
    weightRing.load(row);
    for (const [channel, r, s] of chunks[chunk]) {
      buffers.expect('weights', key(tile.group, share.outputs[output], channel, r, s));
      if (reads) ledger.weights.above.read(macro.weightDigitBits);
      ledger.weights.deliver(macro.weightDigitBits);
      ledger.weights.macro.write(macro.weightDigitBits);
    }
  };

  const loadActivations = (pixel: number, chunk: number, digit: number): void => {
    const row = activationRow(pixel, chunk, digit);
    const reads = !machine.multicast || shared.isFirst(row, nextTime(row));
    activationRing.load(row);
    const [y, x] = share.pixels[pixel];
    for (const [channel, r, s] of chunks[chunk]) {
      const inputRow = inputAt(problem.rows, y, r);
      const inputColumn = inputAt(problem.columns, x, s);
      if (inputRow === null || inputColumn === null) continue;
      buffers.expect('activations', key(tile.batch, tile.group, channel, inputRow, inputColumn));
      if (reads) ledger.activations.above.read(macro.activationDigitBits);
      ledger.activations.deliver(macro.activationDigitBits);
      ledger.activations.macro.write(macro.activationDigitBits);
    }
  };

  const step = (one: NestStep): void => {
    weightRing.use(weightRow(one.output, one.chunk, one.weightDigit));
    activationRing.use(activationRow(one.pixel, one.chunk, one.activationDigit));
    if (one.accumulator >= macro.accumulators) impossible(`there is no accumulator ${one.accumulator}`);
    const result = key(tile.batch, tile.group, share.outputs[one.output], ...share.pixels[one.pixel]);
    const traffic = ledger.partialSums;
    if (one.begins) {
      if (running.has(one.accumulator)) impossible(`accumulator ${one.accumulator} is taken`);
      running.set(one.accumulator, result);
      buffers.expect('results', result);
    }
    if (running.get(one.accumulator) !== result)
      impossible(`accumulator ${one.accumulator} holds another sum`);
    // Whatever an accumulator starts from but zero has been read: itself, or a sum that comes back.
    if (sums.hasBegun(result)) traffic.macro.read(macro.accumulatorBits);
    if (one.begins && sums.hasBegun(result)) {
      traffic.above.read(macro.accumulatorBits);
      traffic.deliver(macro.accumulatorBits);
    }
    for (const [channel, r, s] of chunks[one.chunk]) {
      ledger.weights.macro.read(macro.weightDigitBits);
      ledger.activations.macro.read(macro.activationDigitBits);
      sums.add(result, key(channel, r, s, one.weightDigit, one.activationDigit));
    }
    traffic.macro.write(macro.accumulatorBits);
    if (one.ends) {
      const bits = sums.isFinished(result) ? problem.resultBits : macro.accumulatorBits;
      traffic.above.write(bits);
      traffic.deliver(bits);
      running.delete(one.accumulator);
    }
    totals.steps++;
    if ((one.chunk + 1) % macro.windowVectors === 0 || one.chunk === chunks.length - 1) totals.windows++;
  };

  const nest =
    NESTS[mapping.macro.dataflow] ?? impossible(`there is no dataflow '${mapping.macro.dataflow}'`);
  nest(
    {
      outputs: share.outputs.length,
      pixels: share.pixels.length,
      chunks: chunks.length,
      weightDigits: problem.weightDigits,
      activationDigits: problem.activationDigits,
    },
    mapping.macro,
    { loadWeights, loadActivations, step },
  );
  if (running.size > 0) impossible(`${running.size} sums stay in the macro at the end of a tile`);
}
