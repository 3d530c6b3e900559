import { describe, expect, it } from 'vitest';
import type { MacroSpec } from '../chip/index.ts';
import { generateCore } from './index.ts';
import { specOf, type SpecWishes } from './spec.test-support.ts';
import { hasTool, inFolder, runTool } from './tools.test-support.ts';

/** Every scheme, both code systems, widths, entries (a power of two or not), banks, R, O, one slot, narrow sums. */
const GRID: readonly SpecWishes[] = [
  { scheme: 'ordered-pairs', weightBits: 2, activationBits: 1, rescaleSlots: 0, windowOverheadCycles: 0 },
  { scheme: 'ordered-pairs', weightSystem: 'twos-complement', entries: 9, rescaleSlots: 2 },
  { scheme: 'ordered-pairs', weightBits: 4, activationBits: 4, windowOverheadCycles: 0 },
  { scheme: 'unordered-pairs', activationBits: 3, entries: 9, maxShift: 0 },
  { scheme: 'unordered-pairs', weightSystem: 'twos-complement', activationBits: 3, rescaleSlots: 0 },
  { scheme: 'distinct-products', activationBits: 3, entries: 100, weightSlots: 2 },
  { scheme: 'distinct-products', weightSystem: 'twos-complement', weightBits: 4, activationBits: 4 },
  { scheme: 'weight-bit-planes', weightBits: 2, activationBits: 1, weightSlots: 1, activationSlots: 1 },
  { scheme: 'weight-bit-planes', weightSystem: 'twos-complement', activationBits: 3, entries: 9 },
  { scheme: 'weight-bit-planes', weightSystem: 'twos-complement', weightBits: 1, activationBits: 8 },
  { scheme: 'weight-bit-planes', weightBits: 8, activationBits: 8, banks: 4 },
  { scheme: 'weight-bit-planes', activationBits: 3, entries: 128, weightSlots: 2 },
  { scheme: 'ordered-pairs', entries: 256, banks: 2, weightSlots: 2 },
  // 3 x 3 = 9 needs 5 signed bits, a difference of counts of 128 entries 9.
  { scheme: 'ordered-pairs', entries: 128, weightSlots: 2, partialSumBits: 8 },
  { scheme: 'weight-bit-planes', entries: 128, weightSlots: 2, partialSumBits: 5 },
];

const title = ({ scheme, weightSystem, weightBits, activationBits, entries, banks }: MacroSpec) =>
  `${scheme}, ${weightSystem}, W${weightBits}A${activationBits}, ${entries} entries in ${banks}`;
const CASES = GRID.map(specOf).map((spec) => ({ name: title(spec), spec }));

describe.skipIf(!hasTool('verilator', '--version'))(
  'verilator -Wall has nothing to say (skipped without Verilator)',
  () => {
    it.each(CASES)('$name', ({ spec }) => {
      const files = generateCore(spec);
      const args = ['--lint-only', '-Wall', '--top-module', 'tally_core', ...files.map(({ path }) => path)];
      expect(inFolder(files, (folder) => runTool(folder, 'verilator', args))).toBe('');
    });
  },
);

describe.skipIf(!hasTool('iverilog', '-V'))(
  'iverilog -Wall has nothing to say (skipped without Icarus)',
  () => {
    it.each(CASES)('$name', ({ spec }) => {
      const files = generateCore(spec);
      const args = ['-g2012', '-Wall', '-t', 'null', '-s', 'tally_core', ...files.map(({ path }) => path)];
      expect(inFolder(files, (folder) => runTool(folder, 'iverilog', args))).toBe('');
    });
  },
);

describe.skipIf(!hasTool('yosys', '-V'))('yosys has nothing to say (skipped without Yosys)', () => {
  // Latches, several drivers and loops are only found when processes are made circuits.
  it.each(CASES)('$name', ({ spec }) => {
    const files = generateCore(spec);
    const read = `read_verilog -sv ${files.map(({ path }) => path).join(' ')}`;
    const script = `${read}; hierarchy -check -top tally_core; proc; select -assert-none t:$dlatch; check -assert`;
    expect(inFolder(files, (folder) => runTool(folder, 'yosys', ['-q', '-p', script]))).toBe('');
  });
});
