import { OPERANDS, type Machine, type Operand } from '../../mapping/index.ts';
import { Findings } from '../findings.ts';
import { mappingOfNest, type MatchedNest } from '../nest/match.ts';
import type { LayerNest, WorkLoop } from '../nest/nest.ts';
import { isRelevant, showLoops } from '../nest/reuse.ts';
import type { Allocation, HeldLoops } from './allocate.ts';
import type { ZigzagHardware, ZigzagMemory } from './hardware.ts';
import type { ZigzagMapping } from './mapping.ts';
import type { ArrayLoop, Schedule, ScheduledLoop } from './schedule.ts';
import type { ZigzagLayer } from './workload.ts';

/** An operand's memories on our tiers, below the topmost memory. */
interface OperandTiers {
  readonly buffer: HeldLoops | null;
  /** Lowest first. */
  readonly macro: readonly HeldLoops[];
}

type Tiers = Readonly<Record<Operand, OperandTiers>>;

/** What is laid on tiers. */
export interface Placed {
  readonly layer: ZigzagLayer;
  readonly mapping: ZigzagMapping;
  readonly hardware: ZigzagHardware;
  readonly schedule: Schedule;
  readonly allocation: Allocation;
}

const ENTRIES: readonly string[] = ['channels', 'kernelRows', 'kernelColumns'];
const isEntry = (loop: ScheduledLoop): boolean => ENTRIES.includes(loop.dimension);
const product = (loops: readonly ScheduledLoop[]): number => loops.reduce((all, { count }) => all * count, 1);

/** Whether one instance serves the whole array. */
function isShared({ array }: ZigzagHardware, { served }: ZigzagMemory): boolean {
  return [...array].every(([name, size]) => size === 1 || served.has(name));
}

/** A memory below the topmost that serves the whole array is a buffer, the highest one; what lies below it belongs to the macros. */
function operandTiers(hardware: ZigzagHardware, held: readonly HeldLoops[]): readonly OperandTiers[] {
  const below = held.slice(0, -1);
  const highest = below.at(-1);
  if (highest === undefined) return [{ buffer: null, macro: [] }];
  if (!isShared(hardware, highest.memory)) return [{ buffer: null, macro: below }];
  const buffered: OperandTiers = { buffer: highest, macro: below.slice(0, -1) };
  // The only one, serving all of an array: a buffer, or the storage of a single macro.
  return below.length > 1 ? [buffered] : [buffered, { buffer: null, macro: below }];
}

/** Ways of seeing the memories as buffers and as storages of macros; none has a memory that is both. */
function waysOfTiers({ hardware, allocation }: Placed): readonly Tiers[] {
  const [weights, activations, partialSums] = OPERANDS.map((operand) =>
    operandTiers(hardware, allocation[operand]),
  );
  return weights
    .flatMap((w) =>
      activations.flatMap((a) => partialSums.map((s) => ({ weights: w, activations: a, partialSums: s }))),
    )
    .filter((tiers) => {
      const buffers = OPERANDS.flatMap((operand) => tiers[operand].buffer?.memory ?? []);
      return OPERANDS.every((operand) =>
        tiers[operand].macro.every(({ memory }) => !buffers.includes(memory)),
      );
    });
}

/** Rows of entries, or sums, that the outermost storage of an operand in a macro holds. */
function rowsOf({ layer, schedule }: Placed, operand: Operand, { macro }: OperandTiers): number {
  const storage = macro.at(-1)?.memory;
  if (storage === undefined) return 1;
  const { weightBits, activationBits } = layer.problem;
  const bits = { weights: weightBits, activations: activationBits, partialSums: layer.sumBits }[operand];
  const own = schedule.spatial.filter((loop) => storage.served.has(loop.array) && isRelevant(operand, loop));
  return Math.max(1, Math.floor(storage.bits / (bits * product(own))));
}

function machineOfTiers(placed: Placed, tiers: Tiers): Machine {
  const { layer, hardware, schedule, allocation } = placed;
  const memory = allocation.weights[allocation.weights.length - 1].memory;
  const along = (name: string, isWanted: (loop: ArrayLoop) => boolean): number =>
    product(schedule.spatial.filter((loop) => loop.array === name && isWanted(loop)));
  let entries = 1;
  let macros = 1;
  for (const [name, units] of hardware.array) {
    const used = along(name, isEntry);
    const isMixed = along(name, (loop) => !isEntry(loop)) > 1;
    entries *= used > 1 && !isMixed ? units : used;
    macros *= used > 1 && !isMixed ? 1 : Math.max(1, Math.floor(units / used));
  }
  const buffers = [
    ...new Set(
      hardware.memories.filter((one) => OPERANDS.some((operand) => tiers[operand].buffer?.memory === one)),
    ),
  ];
  const { weightBits, activationBits } = layer.problem;
  const bufferOf = (operand: Operand): number =>
    buffers.findIndex((one) => tiers[operand].buffer?.memory === one);
  return {
    kind: 'mapping-machine',
    name: hardware.name,
    macros,
    multicast: true,
    macro: {
      entries,
      weightRows: rowsOf(placed, 'weights', tiers.weights),
      activationRows: rowsOf(placed, 'activations', tiers.activations),
      accumulators: rowsOf(placed, 'partialSums', tiers.partialSums),
      accumulatorBits: layer.sumBits,
      weightDigitBits: weightBits,
      activationDigitBits: activationBits,
      slotsPerStep: hardware.serialBits === null ? 1 : Math.ceil(activationBits / hardware.serialBits),
      windowVectors: 1,
      windowOverheadCycles: 0,
    },
    buffers: buffers.map((one) => ({
      name: one.name,
      operands: OPERANDS.filter((operand) => tiers[operand].buffer?.memory === one),
      capacityBits: one.bits,
      bitsPerCycle: one.bitsPerCycle,
      doubleBuffered: one.doubleBuffered,
    })),
    bufferOf: {
      weights: bufferOf('weights'),
      activations: bufferOf('activations'),
      partialSums: bufferOf('partialSums'),
    },
    memoryBitsPerCycle: memory.bitsPerCycle,
  };
}

function slides({ layer }: Placed, { dimension }: ScheduledLoop): boolean {
  const { rows, columns } = layer.problem;
  return (dimension === 'rows' && rows.taps > 1) || (dimension === 'columns' && columns.taps > 1);
}

/**
 * Whether tiles of the loops inside `cut` move what the file's memories move, though these hold more or less of an operand: loops between that
 * use the same elements stay where they are, loops that do not bring others once either way, and windows share their halo with the tile before.
 */
function isSameAt(placed: Placed, tiers: Tiers, cut: number): boolean {
  const { temporal } = placed.schedule;
  return OPERANDS.every((operand) => {
    const { buffer, macro } = tiers[operand];
    const storage = macro.at(-1);
    if (storage !== undefined && temporal.slice(cut, storage.loops).some((loop) => isRelevant(operand, loop)))
      return false;
    if (buffer === null) return true;
    const between = temporal.slice(Math.min(cut, buffer.loops), Math.max(cut, buffer.loops));
    const first = between.findIndex((loop) => isRelevant(operand, loop));
    if (first < 0) return true;
    const rest = between.slice(first);
    return rest.every(
      (loop, index) =>
        isRelevant(operand, loop) && !(operand === 'activations' && index > 0 && slides(placed, loop)),
    );
  });
}

function nestOf(placed: Placed, tiers: Tiers, cut: number): LayerNest {
  const { layer, mapping, schedule } = placed;
  const spatial = schedule.spatial.map((loop): WorkLoop => ({
    ...loop,
    over: isEntry(loop) ? 'entries' : 'macros',
  }));
  const inside = schedule.temporal.slice(0, cut).reverse();
  const keptFrom = (operand: Operand): number => {
    const storage = tiers[operand].macro.at(-1);
    return storage === undefined ? Infinity : Math.max(0, cut - storage.loops);
  };
  return {
    problem: layer.problem,
    machine: machineOfTiers(placed, tiers),
    tiles: schedule.temporal.slice(cut).reverse(),
    // Units take neighbours: the array is innermost.
    work: [...inside.map((loop): WorkLoop => ({ ...loop, over: 'time' })), ...spatial],
    kept: {
      weights: keptFrom('weights'),
      activations: keptFrom('activations'),
      partialSums: keptFrom('partialSums'),
    },
    runs: {},
    dataflow: null,
    place: mapping.place,
  };
}

/** Refuses sums that are kept for each unit of a dot product; says which storages are shared, or hold what another one holds. */
function checkStorages({ schedule }: Placed, tiers: Tiers, findings: Findings): void {
  for (const { memory } of tiers.partialSums.macro) {
    const outside = schedule.spatial.filter((loop) => isEntry(loop) && !memory.served.has(loop.array));
    if (outside.length === 0) continue;
    findings.refuse(
      memory.place,
      'sums-per-entry',
      `'${memory.name}' keeps a sum for each unit along ${outside.map(({ array }) => array).join(', ')}, over which ${showLoops(outside)} are unrolled; a macro of ours adds them up first`,
      `let it serve ${outside.map(({ array }) => array).join(', ')}`,
    );
  }
  for (const operand of OPERANDS) {
    const { macro } = tiers[operand];
    const storage = macro.at(-1)?.memory;
    for (const { memory } of macro.slice(0, -1)) {
      findings.differ(
        memory.place,
        `'${memory.name}' keeps ${operand} again below '${storage?.name ?? ''}'`,
        'a macro of ours stores an operand once: what moves between the two is not counted',
      );
    }
    const shared = schedule.spatial.filter(
      (loop) => storage?.served.has(loop.array) === true && !isEntry(loop) && !isRelevant(operand, loop),
    );
    if (storage !== undefined && shared.length > 0) {
      findings.differ(
        storage.place,
        `'${storage.name}' is shared along ${shared.map(({ array }) => array).join(', ')}, over which ${showLoops(shared)} are unrolled`,
        `each macro of ours has its own: its ${operand} are counted for each of ${product(shared)} macros, and read once above`,
      );
    }
  }
}

function checkMemory({ hardware, allocation }: Placed, findings: Findings): void {
  const top = hardware.memories[hardware.memories.length - 1];
  const missing = OPERANDS.filter((operand) => allocation[operand].at(-1)?.memory !== top);
  if (missing.length === 0) return;
  findings.refuse(
    top.place,
    'memory',
    `the topmost memory '${top.name}' does not hold ${missing.join(', ')}`,
    'put one memory that holds all operands last',
  );
}

function isTooLarge({ issues }: Findings): boolean {
  return issues.every(({ code }) => code === 'buffer-too-small');
}

/** Lays a layer on our tiers, or refuses it with the reasons of the first way of doing so. */
export function placeLayer(placed: Placed, findings: Findings): MatchedNest | null {
  const before = findings.issues.length;
  checkMemory(placed, findings);
  if (findings.issues.length > before) return null;
  let refusal: Findings | null = null;
  for (const tiers of waysOfTiers(placed)) {
    const storages = new Findings();
    checkStorages(placed, tiers, storages);
    const most = placed.schedule.temporal.length;
    for (let cut = most; cut >= 0 && storages.issues.length === 0; cut--) {
      if (!isSameAt(placed, tiers, cut)) continue;
      const trial = new Findings();
      const matched = mappingOfNest(nestOf(placed, tiers, cut), trial);
      if (matched !== null) {
        findings.differences.push(...storages.differences, ...trial.differences);
        return matched;
      }
      // A tile may be too large only because the file's memories hold less of it: the other reasons say more.
      if (refusal === null || isTooLarge(refusal)) refusal = trial;
    }
    if (storages.issues.length > 0) refusal ??= storages;
  }
  if (refusal !== null) findings.issues.push(...refusal.issues);
  else refuseUneven(placed, findings);
  return null;
}

function refuseUneven({ mapping, allocation, layer }: Placed, findings: Findings): void {
  const parts = OPERANDS.flatMap((operand) =>
    allocation[operand]
      .slice(0, -1)
      .map(({ memory, loops }) => `'${memory.name}' the inner ${loops} for ${operand}`),
  );
  findings.refuse(
    mapping.place,
    'uneven-mapping',
    `of the loops of layer ${layer.name}, memories hold ${parts.join(', ')}; buffers of ours hold one tile of all operands, and their macros start it empty`,
    'reorder the loops, or size the memories so that their contents end at one loop',
  );
}
