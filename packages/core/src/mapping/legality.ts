import type { Issue } from '../diagnostics/index.ts';
import { requiredBits } from './counts/capacity.ts';
import { limitOf } from './dataflows/dataflow.ts';
import { MAPPING_DATAFLOWS, mappingDataflow } from './dataflows/registry.ts';
import { largestTiles } from './largest-tiles.ts';
import type { Machine } from './machine.ts';
import { LOOPS, type LayerMapping } from './mapping.ts';
import { OPERANDS } from './operand.ts';
import type { MappingProblem } from './problem.ts';

type Report = (code: string, path: string, message: string, remedy: string) => void;

const OFFERS = {
  weightRows: 'weight rows',
  activationRows: 'activation rows',
  accumulators: 'accumulators',
} as const;

function isSize(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

function checkOrder({ order }: LayerMapping, report: Report): void {
  const right = order.length === LOOPS.length && LOOPS.every((loop) => order.includes(loop));
  if (!right) {
    report(
      'order-not-a-permutation',
      'order',
      `is ${order.join(', ')}; it must name each loop once`,
      `use each of ${LOOPS.join(', ')} once, outermost first`,
    );
  }
}

function checkTile(problem: MappingProblem, { tile }: LayerMapping, report: Report): void {
  const dimensions = {
    outputs: problem.outputs,
    rows: problem.rows.outputs,
    columns: problem.columns.outputs,
    channels: problem.channels,
  };
  for (const key of ['outputs', 'rows', 'columns', 'channels'] as const) {
    const dimension = dimensions[key];
    if (!isSize(tile[key], dimension)) {
      report(
        'tile-out-of-range',
        `tile.${key}`,
        `is ${tile[key]}; the layer has ${dimension} ${key}${key === 'outputs' || key === 'channels' ? ' per group' : ''}`,
        `use a whole number from 1 to ${dimension}`,
      );
    }
  }
}

function checkSplit(machine: Machine, { split }: LayerMapping, report: Report): void {
  for (const key of ['outputs', 'pixels'] as const) {
    if (!isSize(split[key], machine.macros)) {
      report(
        'split-out-of-range',
        `split.${key}`,
        `is ${split[key]}; the system has ${machine.macros} macros`,
        `use a whole number from 1 to ${machine.macros}`,
      );
    }
  }
  if (split.outputs * split.pixels > machine.macros) {
    report(
      'more-shares-than-macros',
      'split',
      `outputs x pixels is ${split.outputs} x ${split.pixels} = ${split.outputs * split.pixels}; the system has ${machine.macros} macros`,
      `make the product at most ${machine.macros}`,
    );
  }
}

function checkMacro(machine: Machine, { macro }: LayerMapping, report: Report): void {
  const dataflow = mappingDataflow(macro.dataflow);
  if (dataflow === undefined) {
    report(
      'unknown-dataflow',
      'macro.dataflow',
      `no dataflow is named '${macro.dataflow}'`,
      `use one of ${MAPPING_DATAFLOWS.map(({ name }) => name).join(', ')}`,
    );
    return;
  }
  for (const key of ['outputs', 'pixels', 'chunks'] as const) {
    if (!isSize(macro[key], Number.MAX_SAFE_INTEGER)) {
      report(
        'macro-tile-out-of-range',
        `macro.${key}`,
        `is ${macro[key]}; a tile has a whole number of ${key}`,
        'use a whole number of at least 1',
      );
    }
  }
  for (const rule of dataflow.rules) {
    const product = rule.fields.reduce((value, field) => value * macro[field], 1);
    const limit = limitOf(rule, machine.macro);
    if (product <= limit) continue;
    const names = rule.fields.join(' x ');
    report(
      rule.limit === 'one' ? 'tile-not-of-this-dataflow' : 'macro-too-small',
      `macro.${rule.fields.length === 1 ? rule.fields[0] : 'outputs'}`,
      rule.limit === 'one'
        ? `${names} is ${product}; dataflow '${dataflow.name}' keeps one at a time`
        : `${names} is ${product}; dataflow '${dataflow.name}' keeps them in ${OFFERS[rule.limit]}, of which the macro has ${limit}`,
      rule.limit === 'one' ? 'set it to 1' : `make ${names} at most ${limit}`,
    );
  }
}

function checkCapacity(
  problem: MappingProblem,
  machine: Machine,
  mapping: LayerMapping,
  inputKept: boolean,
  report: Report,
): void {
  const all = largestTiles(problem, machine, mapping);
  const tiles = inputKept ? { ...all, activations: 0 } : all;
  for (const buffer of machine.buffers) {
    const needs = requiredBits(buffer, tiles);
    if (needs <= buffer.capacityBits) continue;
    const held = OPERANDS.filter((operand) => buffer.operands.includes(operand));
    const parts = held.map((operand) => `${tiles[operand]} of ${operand}`).join(' + ');
    report(
      'buffer-too-small',
      'tile',
      `needs ${needs} bits of buffer '${buffer.name}' (${parts}${buffer.doubleBuffered ? ', twice: double-buffered' : ''}), which has ${buffer.capacityBits}`,
      'use a smaller tile, or a larger buffer',
    );
  }
}

/**
 * Why a machine cannot run a mapping of a layer; empty when it can. Each issue names the place in the mapping, the value, the limit and the
 * remedy:
 *
 * - `order-not-a-permutation`, `tile-out-of-range`, `split-out-of-range`, `more-shares-than-macros`,
 * - `unknown-dataflow`, `macro-tile-out-of-range`, `tile-not-of-this-dataflow`, `macro-too-small`,
 * - `buffer-too-small` (looked at when all else is right).
 *
 * @param path of the mapping, put before each place
 * @param inputKept the whole input stays in its buffer, so that no tile of it is filled (`checkKept` looks at what stays)
 */
export function checkMapping(
  problem: MappingProblem,
  machine: Machine,
  mapping: LayerMapping,
  path = problem.id,
  inputKept = false,
): readonly Issue[] {
  const issues: Issue[] = [];
  const report: Report = (code, place, message, remedy) =>
    issues.push({ code, path: `${path}.${place}`, message, remedy });
  checkOrder(mapping, report);
  checkTile(problem, mapping, report);
  checkSplit(machine, mapping, report);
  checkMacro(machine, mapping, report);
  if (issues.length === 0) checkCapacity(problem, machine, mapping, inputKept, report);
  return issues;
}
