import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MACRO_SCHEMES, type MacroSpec } from '../../chip/index.ts';
import { specOf } from '../spec.test-support.ts';
import { hasTool, inFolder, runTool } from '../tools.test-support.ts';
import { COMMAND_FIELDS, type CommandField } from './fields.ts';
import {
  acceleratorModules,
  commandPacket,
  constantRegisters,
  ERROR_BITS,
  generateTop,
  packRow,
  packWeights,
  REGISTERS,
  storePacket,
  topGeometry,
  type TopOptions,
} from './index.ts';

const document = readFileSync(new URL('../../../../../hw/macro/doc/axi.md', import.meta.url), 'utf8');
const spec = specOf({ scheme: 'ordered-pairs' });

describe('hw/macro/doc/axi.md', () => {
  it('has every register at its address', () => {
    const rows = [
      ...document.matchAll(/^\| (0x[0-9A-F]{3})(?:, (0x[0-9A-F]{3}))? +\| `(\w+)`(?:, `(\w+)`)? /gm),
    ];
    const documented = rows.flatMap(([, first, second, name, other]: readonly (string | undefined)[]) => [
      [name!, Number(first)] as const,
      ...(second === undefined ? [] : [[other!, Number(second)] as const]),
    ]);
    expect(documented).toEqual(Object.entries(REGISTERS));
  });

  it('has every error bit', () => {
    const rows = [...document.matchAll(/^\| (\d) +\| `((?:PACKET|COMMAND)_\w+)` /gm)];
    expect(rows.map(([, bit, name]) => [Number(bit), name])).toEqual(
      ERROR_BITS.map((name, bit) => [bit, name]),
    );
  });

  it('has every field of a command at its bits', () => {
    const rows = [...document.matchAll(/^\| ([0-3]) +\| (\d+)(?:$|:?(\d*)) +\| (.+?) +\|$/gm)].slice(1);
    const documented = rows.map(([, word, high, low]: readonly (string | undefined)[]) => {
      const lsb = low === '' || low === undefined ? Number(high) : Number(low);
      return { lsb: 32 * Number(word) + lsb, bits: Number(high) - lsb + 1 };
    });
    expect(documented).toEqual(Object.values(COMMAND_FIELDS));
  });
});

describe('topGeometry', () => {
  const issues = (from: MacroSpec, options: TopOptions) => () => topGeometry(from, options);

  it('counts beats: 8 x 3, 8 x 2 and 3 x 25 bits', () => {
    const beats = (axisBits: number) => topGeometry(spec, { axisBits }).rows.map((row) => row.beats);
    expect(beats(64)).toEqual([1, 1, 2]);
    expect(beats(32)).toEqual([1, 1, 3]);
    expect(topGeometry(spec)).toMatchObject({ axisBits: 64, bufferRows: 64, commandBeats: 1 });
  });

  it('refuses all that is wrong at once', () => {
    expect(issues({ ...spec, accumulatorBits: 40 }, { axisBits: 16, bufferRows: 1 })).toThrow(
      'chip test: axisBits: streams of 16 bits are not made [axis-bits-unknown] — use 32 or 64\n' +
        'chip test: axisBits: a result of 40 bits does not fit one beat of 16 [axis-too-narrow] — use streams of 64 bits\n' +
        'chip test: bufferRows: is 1, must be from 2 to 1024 [buffer-rows-out-of-range] — set it so',
    );
    expect(issues({ ...spec, accumulatorBits: 33 }, { axisBits: 32 })).toThrow('[axis-too-narrow]');
    expect(issues(spec, { bufferRows: 1025 })).toThrow('[buffer-rows-out-of-range]');
    expect(issues(spec, { bufferRows: 2.5 })).toThrow('[buffer-rows-out-of-range]');
  });
});

describe('constant registers', () => {
  it('say the geometry of the 8-entry macro', () => {
    const words = Object.fromEntries(constantRegisters(topGeometry(spec, { axisBits: 32, bufferRows: 16 })));
    expect(words).toEqual({
      ID: 0x54414c59,
      VERSION: 0x10000,
      ENTRIES: 0x0001_0008,
      FORMATS: 0x0000_0203,
      SLOTS: 0x0001_0002, // 2 activation slots, 3 weight slots
      THRESHOLDS: 0x0003_000f, // 3 thresholds in each of 16 sets
      SUMS: 0x1810_0003, // 24-bit accumulators, 16-bit partial sums, 4 of them
      STEP: 0x0001_0009, // 1 rescale slot, 3 x 3 keys
      WINDOW: 2,
      BUFFERS: 0x0620_0010, // shift up to 6, 32 bits, 16 rows
    });
  });

  it('fit their 32 bits in the largest macro', () => {
    const large = {
      ...spec,
      entries: 1024,
      banks: 1024,
      weightSlots: 65_536,
      activationSlots: 65_536,
      partialSums: 65_536,
      thresholdSlots: 65_536,
      weightSystem: 'twos-complement' as const,
      scheme: 'weight-bit-planes' as const,
    };
    for (const [, word] of constantRegisters(topGeometry(large, { bufferRows: 1024 }))) {
      expect(word).toBeLessThan(2 ** 32);
      expect(Number.isInteger(word)).toBe(true);
    }
  });
});

describe('packets', () => {
  const width = fc.constantFrom(32, 64);

  it('a command has each field where the table says', () => {
    const names = Object.keys(COMMAND_FIELDS) as CommandField[];
    const values = fc.record(
      Object.fromEntries(
        names.map((name) => [name, fc.integer({ min: 0, max: 2 ** COMMAND_FIELDS[name].bits - 1 })]),
      ) as Record<CommandField, fc.Arbitrary<number>>,
    );
    fc.assert(
      fc.property(values, width, (command, axisBits) => {
        const beats = commandPacket(topGeometry(spec, { axisBits }), command);
        expect(beats.map(({ last }) => last)).toEqual([
          ...Array<boolean>(128 / axisBits - 1).fill(false),
          true,
        ]);
        const bits = beats
          .map(({ data }) => data.toString(2).padStart(axisBits, '0'))
          .reverse()
          .join('');
        const field = (lsb: number, size: number) => parseInt(bits.slice(128 - lsb - size, 128 - lsb), 2);
        expect(field(0, 4)).toBe(4);
        for (const name of names) {
          const { lsb, bits: size } = COMMAND_FIELDS[name];
          expect(field(lsb, size)).toBe(command[name]);
        }
      }),
    );
  });

  it('a row comes back from its beats', () => {
    const row = fc.bigInt({ min: 0n, max: 2n ** 75n - 1n });
    fc.assert(
      fc.property(
        row,
        width,
        fc.integer({ min: 0, max: 1023 }),
        fc.boolean(),
        (bits, axisBits, at, falling) => {
          const [header, ...payload] = storePacket(
            topGeometry(spec, { axisBits }),
            'threshold',
            at,
            bits,
            falling,
          );
          expect(header).toEqual({ data: BigInt(3 + (falling ? 16 : 0) + at * 65_536), last: false });
          expect(payload).toHaveLength(Math.ceil(75 / axisBits));
          expect(payload.reduce((all, { data }, i) => all | (data << BigInt(i * axisBits)), 0n)).toBe(bits);
          expect(payload.map(({ last }) => last)).toEqual(payload.map((_, i) => i === payload.length - 1));
        },
      ),
    );
  });

  it('weights are sign and magnitude, or two complement', () => {
    expect(packWeights(spec, [3, -3, 0, -1])).toBe(0b101_000_111_011n);
    expect(packWeights({ ...spec, weightSystem: 'twos-complement' }, [3, -4, 0, -1])).toBe(
      0b111_000_100_011n,
    );
    expect(packRow([-1, 2n], 25)).toBe((2n << 25n) | 0x1ff_ffffn);
  });

  it('a field that does not fit is refused', () => {
    expect(() => commandPacket(topGeometry(spec), { shift: 64 })).toThrow(
      'packet.shift: 64 does not fit 6 bits [packet-field-out-of-range]',
    );
    expect(() => storePacket(topGeometry(spec), 'weight', 1024, 0n)).toThrow(
      'packet.row: 1024 does not fit 10 bits',
    );
  });
});

/** Streams of both widths, buffers of a power of two or not, fields that cannot be out of range. */
const GRID: readonly { readonly name: string; readonly spec: MacroSpec; readonly options: TopOptions }[] = [
  ...MACRO_SCHEMES.map((scheme, index) => ({
    name: scheme,
    spec: specOf({ scheme, activationBits: 2 + (index % 2) }),
    options: { axisBits: index % 2 === 0 ? 64 : 32, bufferRows: [64, 2, 1024, 5][index] },
  })),
  {
    name: 'one slot of everything',
    spec: {
      ...specOf({ scheme: 'weight-bit-planes', activationBits: 1, maxShift: 0 }),
      weightSlots: 1,
      partialSums: 1,
    },
    options: { axisBits: 32 },
  },
  {
    name: 'accumulators of 48 bits, a threshold per row beat',
    spec: { ...specOf({ scheme: 'ordered-pairs', weightBits: 2 }), accumulatorBits: 48, thresholdBits: 49 },
    options: {},
  },
];

it('the same macro gives the same bytes, one module a file', () => {
  const files = generateTop(spec);
  expect(files).toEqual(generateTop(spec));
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  expect(files.at(-1)?.path).toBe('tally_top.sv');
  expect(acceleratorModules(spec).map(({ name }) => `${name}.sv`)).toEqual(files.map(({ path }) => path));
});

it('the 8-entry macro behind 32-bit streams is the golden directory', async () => {
  const own = /tally_(skid|fifo|sram|stream_parser|fetch|axi_lite|top)/;
  const files = generateTop(spec, { axisBits: 32, bufferRows: 16 }).filter(({ path }) => own.test(path));
  expect(files).toHaveLength(11);
  for (const { path, text } of files) {
    await expect(text).toMatchFileSnapshot(`../../../../../test/golden/rtl/axi/${path}`);
  }
});

describe.skipIf(!hasTool('verilator', '--version'))(
  'verilator -Wall is silent (skipped without Verilator)',
  () => {
    it.each(GRID)('$name', ({ spec: macro, options }) => {
      const files = generateTop(macro, options);
      const args = ['--lint-only', '-Wall', '--top-module', 'tally_top', ...files.map(({ path }) => path)];
      expect(inFolder(files, (folder) => runTool(folder, 'verilator', args))).toBe('');
    });
  },
);

describe.skipIf(!hasTool('iverilog', '-V'))('iverilog -Wall is silent (skipped without Icarus)', () => {
  it.each(GRID)('$name', ({ spec: macro, options }) => {
    const files = generateTop(macro, options);
    const args = ['-g2012', '-Wall', '-t', 'null', '-s', 'tally_top', ...files.map(({ path }) => path)];
    expect(inFolder(files, (folder) => runTool(folder, 'iverilog', args))).toBe('');
  });
});

describe.skipIf(!hasTool('yosys', '-V'))('yosys is silent (skipped without Yosys)', () => {
  it.each(GRID)('$name', ({ spec: macro, options }) => {
    const files = generateTop(macro, options);
    const read = `read_verilog -sv ${files.map(({ path }) => path).join(' ')}`;
    const script = `${read}; hierarchy -check -top tally_top; proc; select -assert-none t:$dlatch; check -assert`;
    expect(inFolder(files, (folder) => runTool(folder, 'yosys', ['-q', '-p', script]))).toBe('');
  });
});
