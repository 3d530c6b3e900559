import { describe, expect, it } from 'vitest';
import { MACRO_SCHEMES, type MacroSpec } from '../chip/index.ts';
import { generateCore } from './index.ts';
import { specOf, type SpecWishes } from './spec.test-support.ts';
import { pack, smokeBench, type Stimulus } from './smoke.test-support.ts';
import { hasTool, inFolder, runTool } from './tools.test-support.ts';

/** Numbers below 2^31, the same for the same seed (Park and Miller, "minimal standard"). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

function weightCode({ weightSystem, weightBits }: MacroSpec, weight: number): number {
  return weightSystem === 'sign-magnitude' && weight < 0 ? 2 ** (weightBits - 1) - weight : weight;
}

/** Random steps and what plain arithmetic makes of them. */
function stimulusOf(spec: MacroSpec, steps: number, seed: number): Stimulus {
  const random = numbers(seed);
  const least = -spec.maxMagnitude;
  const greatest = spec.weightSystem === 'sign-magnitude' ? spec.maxMagnitude : spec.maxMagnitude - 1;
  const width = BigInt(spec.accumulatorBits);
  const commands: bigint[][] = [];
  const [psums, results]: [bigint[], bigint[]] = [[], []];
  const weights: number[][] = [];
  const activations: number[][] = [];
  const sums: number[] = [];
  for (let step = 0; step < steps; step++) {
    const [weightSlot, activationSlot] = [step % spec.weightSlots, step % spec.activationSlots];
    const loadWeight = step < spec.weightSlots || random(2) === 0;
    const loadActivation = step < spec.activationSlots || random(2) === 0;
    const entries = Array.from({ length: spec.entries });
    const weightRow = entries.map(() => least + random(greatest - least + 1));
    const activationRow = entries.map(() => random(spec.maxActivation + 1));
    if (loadWeight) weights[weightSlot] = weightRow;
    if (loadActivation) activations[activationSlot] = activationRow;
    const accumulator = random(spec.partialSums);
    const clear = !(accumulator in sums) || random(3) === 0;
    const restore = !clear && random(3) === 0;
    const shift = random(spec.maxShift + 1);
    const returned = random(20001) - 10000;
    const dot = weights[weightSlot].reduce(
      (sum, w, entry) => sum + w * activations[activationSlot][entry],
      0,
    );
    const sum = (clear ? 0 : restore ? returned : sums[accumulator]) + dot * 2 ** shift;
    sums[accumulator] = sum;
    if (restore) psums.push(BigInt.asUintN(spec.accumulatorBits, BigInt(returned)));
    const emit = random(3) !== 0 || step === steps - 1;
    const final = random(2) === 0;
    const falling = random(2) === 0;
    // Around the sum, so that every code comes up.
    const thresholds = Array.from({ length: spec.thresholds }, () => sum - 3 + random(7)).sort(
      (a, b) => a - b,
    );
    if (emit) {
      const code = thresholds.filter((one) => (falling ? sum <= one : sum >= one)).length;
      const data = BigInt.asUintN(spec.accumulatorBits, BigInt(final ? code : sum));
      results.push(((final ? 1n : 0n) << width) | data);
    }
    const flags = [clear, restore, emit, final, random(3) === 0, loadWeight, loadActivation, true];
    commands.push([
      ...[weightSlot, activationSlot, step % spec.thresholdSlots, accumulator, shift].map(BigInt),
      ...flags.map((flag) => (flag ? 1n : 0n)),
      pack(
        weightRow.map((weight) => weightCode(spec, weight)),
        spec.weightBits,
      ),
      pack(activationRow, spec.activationBits),
      pack(thresholds, spec.thresholdBits),
      falling ? 1n : 0n,
    ]);
  }
  return { commands, psums, results };
}

const CASES: readonly SpecWishes[] = [
  ...MACRO_SCHEMES.flatMap((scheme) => [
    { scheme },
    {
      scheme,
      weightSystem: 'twos-complement' as const,
      entries: 9,
      rescaleSlots: 0,
      windowOverheadCycles: 0,
    },
  ]),
  { scheme: 'weight-bit-planes', activationBits: 3, entries: 100, banks: 2, rescaleSlots: 2 },
  { scheme: 'ordered-pairs', weightBits: 2, activationBits: 1, weightSlots: 1, activationSlots: 1 },
];

describe.skipIf(!hasTool('iverilog', '-V'))(
  'tally_core against plain arithmetic (skipped without Icarus)',
  () => {
    it.each(CASES.map((wishes) => ({ name: JSON.stringify(wishes), spec: specOf(wishes) })))(
      '$name',
      ({ spec }) => {
        const stimulus = stimulusOf(spec, 60, 4711);
        const rtl = generateCore(spec);
        const files = [...rtl, ...smokeBench(spec, stimulus)];
        const sources = [...rtl.map(({ path }) => path), 'bench.sv'];
        const said = inFolder(files, (folder) => {
          const compiled = runTool(folder, 'iverilog', [
            '-g2012',
            '-o',
            'bench.vvp',
            '-s',
            'bench',
            ...sources,
          ]);
          return compiled + runTool(folder, 'vvp', ['-n', 'bench.vvp']);
        });
        const { length } = stimulus.results;
        expect(said).toBe(`${length} of ${length}, busy 0\n`);
      },
    );
  },
);
