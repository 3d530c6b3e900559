import { throwIfAny, type Issue } from '../../diagnostics/index.ts';
import type { AccessCounts, Movement } from '../access-counts.ts';
import type { Machine } from '../machine.ts';
import { OPERANDS, type Operand } from '../operand.ts';
import type { MappingProblem } from '../problem.ts';
import { problemTotals } from './problem-totals.ts';

type Report = (path: string, message: string) => void;

/** Nothing negative, fractional, NaN, infinite or beyond what a double counts exactly. */
function checkNumbers(value: unknown, path: string, report: Report): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0)
      report(path, `is ${value}, must be a whole number from 0 to 2^53 - 1`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    checkNumbers(part, path === '' ? key : `${path}.${key}`, report);
  }
}

/** Totals are the sums of their parts. */
function checkSums(machine: Machine, counts: AccessCounts, report: Report): void {
  const { operands } = counts;
  const expect = (path: string, total: number, parts: readonly number[]): void => {
    const sum = parts.reduce((a, b) => a + b, 0);
    if (total !== sum) report(path, `is ${total}, but its parts add up to ${sum}`);
  };
  for (const key of ['readBits', 'writeBits'] as const) {
    expect(
      `memory.${key}`,
      counts.memory[key],
      OPERANDS.map((operand) => operands[operand].memory[key]),
    );
    for (const [index, buffer] of counts.buffers.entries()) {
      const held = OPERANDS.filter((operand) => machine.bufferOf[operand] === index);
      expect(
        `buffers.${index}.${key}`,
        buffer[key],
        held.map((operand) => operands[operand].buffer?.[key] ?? NaN),
      );
    }
  }
  expect(
    'deliveredBits',
    counts.deliveredBits,
    OPERANDS.map((operand) => operands[operand].deliveredBits),
  );
}

/** Every tier reads at least the unique data, and what goes in comes out. */
function checkData(problem: MappingProblem, counts: AccessCounts, report: Report): void {
  const totals = problemTotals(problem);
  const { weights, activations, partialSums } = counts.operands;
  const atLeast = (path: string, value: number, least: number, what: string): void => {
    if (value < least) report(path, `is ${value}, below the ${least} ${what}`);
  };
  const unique = {
    weights: [totals.weights, problem.weightDigits],
    activations: [totals.activations, problem.activationDigits],
  } as const satisfies Partial<Record<Operand, readonly [number, number]>>;
  for (const operand of ['weights', 'activations'] as const) {
    const [codes, digits] = unique[operand];
    const { memory, buffer, macro, deliveries } = counts.operands[operand];
    const path = `operands.${operand}`;
    if (buffer === null) {
      atLeast(`${path}.memory.reads`, memory.reads, codes * digits, `digits of the ${operand}`);
    } else {
      atLeast(`${path}.memory.reads`, memory.reads, codes, `distinct ${operand}`);
      atLeast(`${path}.buffer.reads`, buffer.reads, codes * digits, `digits of the ${operand}`);
      if (buffer.writes !== memory.reads) {
        report(`${path}.buffer.writes`, `is ${buffer.writes}, but memory hands ${memory.reads} over`);
      }
    }
    atLeast(`${path}.deliveries`, deliveries, (buffer ?? memory).reads, 'reads of the tier above');
    if (macro.writes !== deliveries) {
      report(`${path}.macro.writes`, `is ${macro.writes}, but ${deliveries} digits are delivered`);
    }
    if (macro.reads !== totals.pairs) {
      report(`${path}.macro.reads`, `is ${macro.reads}, but the layer has ${totals.pairs} digit pairs`);
    }
  }
  checkResults(partialSums.memory, 'operands.partialSums.memory', totals.results, 0, report);
  if (partialSums.buffer !== null) {
    // Results come from the macros and go on to memory.
    const { results } = totals;
    checkResults(partialSums.buffer, 'operands.partialSums.buffer', results, results, report);
  }
  checkResults(partialSums.macro, 'operands.partialSums.macro', totals.results, 0, report);
  if (weights.macro.reads !== activations.macro.reads) {
    report('operands.weights.macro.reads', 'differs from that of the activations: MACs are lost');
  }
}

/** Sums that are written come back, results stay: writes - reads is their number less those that go on. */
function checkResults(
  { reads, writes }: Movement,
  path: string,
  results: number,
  onward: number,
  report: Report,
): void {
  if (writes - reads !== results - onward) {
    report(
      path,
      `has ${writes} writes and ${reads} reads, which differ by other than ${results - onward} results that stay`,
    );
  }
  if (writes < results) report(`${path}.writes`, `is ${writes}, below the ${results} results`);
}

/**
 * The invariants of docs/mapping.md, whatever made the counts.
 *
 * @throws TallyError `count-invariant-broken`, one issue per broken invariant, with its place
 */
export function verifyCounts(problem: MappingProblem, machine: Machine, counts: AccessCounts): void {
  const issues: Issue[] = [];
  const report: Report = (path, message) =>
    issues.push({
      code: 'count-invariant-broken',
      path: `${problem.id}: ${path}`,
      message,
      remedy: 'report the layer, the system and the mapping; do not use the counts',
    });
  checkNumbers(counts, '', report);
  checkSums(machine, counts, report);
  checkData(problem, counts, report);
  const { macs, pairs, steps, busiestSteps } = counts;
  const totals = problemTotals(problem);
  if (macs !== totals.macs) report('macs', `is ${macs}, but the layer has ${totals.macs}`);
  if (pairs !== totals.pairs) report('pairs', `is ${pairs}, but the layer has ${totals.pairs}`);
  if (steps * machine.macro.entries < pairs) {
    report('steps', `is ${steps}, too few for ${pairs} digit pairs of ${machine.macro.entries} entries each`);
  }
  if (busiestSteps > steps || busiestSteps * machine.macros < steps) {
    report('busiestSteps', `is ${busiestSteps}, impossible for ${steps} steps on ${machine.macros} macros`);
  }
  throwIfAny(issues);
}
