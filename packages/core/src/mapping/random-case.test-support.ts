import fc from 'fast-check';
import { hasRoom, type MacroDataflow } from './dataflows/dataflow.ts';
import { MAPPING_DATAFLOWS } from './dataflows/registry.ts';
import type { Machine, MachineBuffer } from './machine.ts';
import { LOOPS, type LayerMapping } from './mapping.ts';
import { OPERANDS, type Operand } from './operand.ts';
import type { MappingProblem, WindowAxis } from './problem.ts';

export interface MappingCase {
  readonly problem: MappingProblem;
  readonly machine: Machine;
  readonly mapping: LayerMapping;
}

const upTo = (max: number, min = 1) => fc.integer({ min, max });

/** An axis with any stride, dilation and padding; inputs may lie behind the last window, or be cut short by padding there. */
export const axes: fc.Arbitrary<WindowAxis> = fc
  .record({
    outputs: upTo(6),
    taps: upTo(3),
    stride: upTo(4),
    dilation: upTo(3),
    padding: upTo(3, 0),
    behind: upTo(3, -3),
  })
  .map(({ behind, ...axis }) => ({
    ...axis,
    inputs: Math.max(
      1,
      (axis.outputs - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1 - axis.padding + behind,
    ),
  }));

export const problems: fc.Arbitrary<MappingProblem> = fc
  .record({
    batch: upTo(2),
    groups: upTo(3),
    outputs: upTo(7),
    channels: upTo(6),
    rows: axes,
    columns: axes,
    weightDigits: upTo(2),
    activationDigits: upTo(3),
    weightBits: upTo(8, 2),
    activationBits: upTo(8),
    resultBits: upTo(8),
  })
  .map((sizes) => ({ kind: 'mapping-problem' as const, id: 'layer', ...sizes }));

function pairsOf(problem: MappingProblem): number {
  return (
    problem.batch *
    problem.groups *
    problem.outputs *
    problem.channels *
    problem.rows.outputs *
    problem.columns.outputs *
    problem.rows.taps *
    problem.columns.taps *
    problem.weightDigits *
    problem.activationDigits
  );
}

/** Each operand in a buffer of its own, in one that it shares, or in none. */
const bufferings = fc.tuple(...OPERANDS.map(() => fc.constantFrom('first', 'second', 'third', 'none')));

export const machines: fc.Arbitrary<Machine> = fc
  .record({
    macros: upTo(6),
    multicast: fc.boolean(),
    macro: fc.record({
      entries: upTo(20),
      weightRows: upTo(6),
      activationRows: upTo(6),
      accumulators: upTo(6),
      accumulatorBits: upTo(24, 9),
      weightDigitBits: upTo(4, 2),
      activationDigitBits: upTo(4),
      slotsPerStep: upTo(12),
      windowVectors: upTo(4),
      windowOverheadCycles: upTo(3, 0),
    }),
    held: bufferings,
    doubleBuffered: fc.boolean(),
  })
  .map(({ held, doubleBuffered, ...rest }) => {
    const buffers: MachineBuffer[] = [];
    for (const name of ['first', 'second', 'third']) {
      const operands = OPERANDS.filter((_operand, index) => held[index] === name);
      if (operands.length === 0) continue;
      buffers.push({ name, operands, capacityBits: 2 ** 40, bitsPerCycle: 64, doubleBuffered });
    }
    const holder = (operand: Operand) => buffers.findIndex(({ operands }) => operands.includes(operand));
    return {
      kind: 'mapping-machine',
      name: 'random',
      ...rest,
      buffers,
      bufferOf: {
        weights: holder('weights'),
        activations: holder('activations'),
        partialSums: holder('partialSums'),
      },
      memoryBitsPerCycle: 64,
    };
  });

/** A legal mapping of the problem on the machine. */
export function mappingsOf(
  problem: MappingProblem,
  machine: Machine,
  dataflows: readonly MacroDataflow[] = MAPPING_DATAFLOWS,
): fc.Arbitrary<LayerMapping> {
  const { macro, macros } = machine;
  const macroTiles = fc
    .record({
      dataflow: fc.constantFrom(...dataflows),
      outputs: upTo(macro.weightRows),
      pixels: upTo(macro.activationRows),
      chunks: upTo(Math.max(macro.weightRows, macro.activationRows)),
    })
    .map(({ dataflow, ...tile }) => {
      // Shrink what does not fit, one size after the other.
      for (const key of ['chunks', 'pixels', 'outputs'] as const) {
        while (tile[key] > 1 && !hasRoom(dataflow, tile, macro)) tile = { ...tile, [key]: tile[key] - 1 };
      }
      return { dataflow: dataflow.name, ...tile };
    });
  return fc.record({
    order: fc.shuffledSubarray([...LOOPS], { minLength: LOOPS.length, maxLength: LOOPS.length }),
    tile: fc.record({
      outputs: upTo(problem.outputs),
      rows: upTo(problem.rows.outputs),
      columns: upTo(problem.columns.outputs),
      channels: upTo(problem.channels),
    }),
    split: upTo(macros).chain((outputs) =>
      fc.record({ outputs: fc.constant(outputs), pixels: upTo(Math.floor(macros / outputs)) }),
    ),
    macro: macroTiles,
  });
}

/** Random (layer, system, mapping) triples; layers of at most `maxPairs` digit pairs, which the walk takes one by one. */
export function mappingCases(
  maxPairs: number,
  dataflows: readonly MacroDataflow[] = MAPPING_DATAFLOWS,
): fc.Arbitrary<MappingCase> {
  return fc
    .tuple(
      problems.filter((problem) => pairsOf(problem) <= maxPairs),
      machines,
    )
    .chain(([problem, machine]) =>
      mappingsOf(problem, machine, dataflows).map((mapping) => ({ problem, machine, mapping })),
    );
}
