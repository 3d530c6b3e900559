import { OPERANDS, type Operand, type WindowAxis } from '../../mapping/index.ts';
import type { Findings } from '../findings.ts';
import type { NestDimension } from '../nest/nest.ts';
import { isRelevant } from '../nest/reuse.ts';
import type { MemoryOperand, ZigzagHardware, ZigzagMemory } from './hardware.ts';
import type { Schedule, ScheduledLoop } from './schedule.ts';
import type { ZigzagLayer } from './workload.ts';

/** A memory of an operand, and how many loops in time, from the innermost on, run over what it holds. */
export interface HeldLoops {
  readonly memory: ZigzagMemory;
  readonly loops: number;
}

/** Per operand its memories, lowest first. */
export type Allocation = Readonly<Record<Operand, readonly HeldLoops[]>>;

/** Distinct indices s i + d j: pairs less those that another pair repeats. */
function span({ stride, dilation, inputs }: WindowAxis, outputs: number, taps: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  const common = gcd(stride, dilation);
  const repeated = Math.max(0, outputs - dilation / common) * Math.max(0, taps - stride / common);
  return Math.min(inputs, outputs * taps - repeated);
}

/** Elements of an operand that loops run over. */
function elements(layer: ZigzagLayer, operand: Operand, loops: readonly ScheduledLoop[]): number {
  const size = (dimension: NestDimension): number =>
    loops.filter((loop) => loop.dimension === dimension).reduce((product, { count }) => product * count, 1);
  const { rows, columns } = layer.problem;
  switch (operand) {
    case 'weights':
      return size('group') * size('outputs') * size('channels') * size('kernelRows') * size('kernelColumns');
    case 'activations':
      return (
        size('batch') *
        size('group') *
        size('channels') *
        span(rows, size('rows'), size('kernelRows')) *
        span(columns, size('columns'), size('kernelColumns'))
      );
    case 'partialSums':
      return size('batch') * size('group') * size('outputs') * size('rows') * size('columns');
    default:
      return operand satisfies never;
  }
}

interface Choice {
  readonly operand: Operand;
  /** Loops held, and bits that they need, for each number of loops that fits. */
  readonly options: readonly { readonly loops: number; readonly bits: number; readonly fills: number }[];
}

/** Every choice of one option each, the last operand's changing fastest. */
function* combinations(choices: readonly Choice[]): Generator<readonly Choice['options'][number][]> {
  if (choices.length === 0) {
    yield [];
    return;
  }
  for (const option of choices[0].options) {
    for (const others of combinations(choices.slice(1))) yield [option, ...others];
  }
}

/**
 * Gives loops to memories as ZigZag does for an ordering that is given (uneven, its default): from the lowest memory up, each operand as many
 * of the loops inside as make the fills from the memory above fewest together, within the memory's size; the topmost holds the rest.
 */
export function allocate(
  layer: ZigzagLayer,
  schedule: Schedule,
  hardware: ZigzagHardware,
  operandOf: ReadonlyMap<MemoryOperand, Operand>,
  findings: Findings,
): Allocation | null {
  const { temporal, spatial } = schedule;
  const found: Record<Operand, HeldLoops[]> = { weights: [], activations: [], partialSums: [] };
  const held: Record<Operand, number> = { weights: 0, activations: 0, partialSums: 0 };
  const served: Record<Operand, Set<string>> = {
    weights: new Set(),
    activations: new Set(),
    partialSums: new Set(),
  };
  const { weightBits, activationBits, resultBits } = layer.problem;
  for (const memory of hardware.memories) {
    const choices: Choice[] = [];
    for (const name of memory.operands) {
      const operand = operandOf.get(name);
      if (operand === undefined) continue;
      for (const dimension of memory.served) served[operand].add(dimension);
      const across = spatial.filter(({ array }) => served[operand].has(array));
      const isFinal = ![
        ...temporal.slice(held[operand]),
        ...spatial.filter(({ array }) => !served[operand].has(array)),
      ].some((loop) => !isRelevant(operand, loop));
      const bits =
        operand === 'weights'
          ? weightBits
          : operand === 'activations'
            ? activationBits
            : isFinal
              ? resultBits
              : layer.sumBits;
      const isTop = !hardware.memories
        .slice(hardware.memories.indexOf(memory) + 1)
        .some(({ operands }) => operands.includes(name));
      const options: Choice['options'][number][] = [];
      for (let loops = held[operand]; loops <= temporal.length; loops++) {
        const needed = elements(layer, operand, [...across, ...temporal.slice(0, loops)]) * bits;
        if (needed > memory.bits) break;
        const above = temporal.slice(loops).reduce((product, { count }) => product * count, 1);
        options.push({ loops, bits: needed, fills: isTop ? 0 : above * needed });
      }
      const usable = isTop ? options.filter(({ loops }) => loops === temporal.length) : options;
      if (usable.length === 0) {
        const least = elements(
          layer,
          operand,
          isTop ? [...across, ...temporal] : [...across, ...temporal.slice(0, held[operand])],
        );
        return findings.refuse(
          memory.place,
          'memory-too-small',
          `'${memory.name}' has ${memory.bits} bits; the ${operand} of layer ${layer.name} that it must hold need ${least * bits}`,
          'enlarge it, or unroll less over what it serves',
        );
      }
      choices.push({ operand, options: usable });
    }
    let best: readonly Choice['options'][number][] | null = null;
    let fewest = Infinity;
    for (const combination of combinations(choices)) {
      const bits = combination.reduce((sum, option) => sum + option.bits, 0);
      const fills = combination.reduce((sum, option) => sum + option.fills, 0);
      if (bits > memory.bits || fills > fewest) continue;
      best = combination;
      fewest = fills;
    }
    if (best === null) {
      return findings.refuse(
        memory.place,
        'memory-too-small',
        `'${memory.name}' has ${memory.bits} bits, too few for ${choices.map(({ operand }) => operand).join(' and ')} of layer ${layer.name} together`,
        'enlarge it, or unroll less over what it serves',
      );
    }
    for (const [index, { operand }] of choices.entries()) {
      held[operand] = best[index].loops;
      found[operand].push({ memory, loops: held[operand] });
    }
  }
  for (const operand of OPERANDS) {
    if (found[operand].length > 0) continue;
    findings.refuse(
      hardware.place,
      'no-storage',
      `no memory holds the ${operand}`,
      'add the operand to a memory',
    );
  }
  return OPERANDS.every((operand) => found[operand].length > 0) ? found : null;
}
