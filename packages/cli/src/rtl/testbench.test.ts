import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chipPreset, generateTop, type Chip } from '@tally/core';
import { describe, expect, it } from 'vitest';
import type { FolderFile } from '../io/folder.ts';
import { makeBundle, type RtlRequest } from './bundle.ts';
import { CONSTRAINED_PORTS } from './constraints.ts';
import { TESTBENCH } from './testbench.gen.ts';

interface Wishes {
  readonly entries: number;
  readonly scheme?: string;
  readonly system?: Chip['formats']['weight']['system']['name'];
  readonly weightVectors?: number;
  readonly activationVectors?: number;
  readonly rescaleSlots?: number;
}

/** The published chip, made small. */
function chipOf({ entries, scheme, system, weightVectors, activationVectors, rescaleSlots }: Wishes): Chip {
  const chip = chipPreset('zhu2020');
  const { weight } = chip.formats;
  const set = (quantity: Chip['geometry']['entries'], value?: number) => ({
    ...quantity,
    value: value ?? quantity.value,
  });
  return {
    ...chip,
    name: 'small',
    scheme: { ...chip.scheme, name: scheme ?? chip.scheme.name },
    formats: {
      ...chip.formats,
      weight: { ...weight, system: { ...weight.system, name: system ?? weight.system.name } },
    },
    geometry: {
      ...chip.geometry,
      entries: set(chip.geometry.entries, entries),
      weightVectors: set(chip.geometry.weightVectors, weightVectors),
      activationVectors: set(chip.geometry.activationVectors, activationVectors),
    },
    timing: { ...chip.timing, rescaleSlots: set(chip.timing.rescaleSlots, rescaleSlots) },
  };
}

const REQUEST: RtlRequest = { axisBits: 64, bufferRows: 16 };

function hasTool(name: string, flag: string): boolean {
  return spawnSync(name, [flag]).error === undefined;
}

/** Writes the files, compiles them by Icarus and runs them; what the testbench says. */
function simulate(files: readonly FolderFile[], ...plusargs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'tally-tb-'));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const compiled = spawnSync(
      'iverilog',
      '-g2012 -Wall -I tb -s tally_tb -o tb.vvp -f tally_top.f tb/tally_tb.sv'.split(' '),
      { cwd: folder, encoding: 'utf8' },
    );
    expect(compiled.stderr).toBe('');
    return spawnSync('vvp', ['-n', 'tb.vvp', ...plusargs], { cwd: folder, encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('the testbench is the one of hw/macro/tb (node scripts/generate-testbench.ts)', () => {
  const source = fileURLToPath(new URL('../../../../hw/macro/tb/tally_tb.sv', import.meta.url));
  expect(TESTBENCH).toBe(readFileSync(source, 'utf8'));
});

it('the constraints name every port of tally_top', () => {
  const { spec } = makeBundle(chipOf({ entries: 8 }), REQUEST);
  const top = generateTop(spec).find(({ path }) => path === 'tally_top.sv')?.text ?? '';
  const ports = [...top.matchAll(/^ {2}(?:input|output) +logic +(?:\[[0-9:]+\] +)?(\w+),?$/gm)].map(
    ([, name]) => name,
  );
  expect(ports).toHaveLength(31);
  expect([...CONSTRAINED_PORTS].sort()).toEqual(ports.sort());
});

describe.skipIf(!hasTool('iverilog', '-V'))(
  'the circuit passes its testbench (skipped without Icarus)',
  () => {
    const cases: readonly (readonly [Wishes, RtlRequest])[] = [
      [{ entries: 8 }, REQUEST],
      [
        { entries: 9, scheme: 'unordered-pairs', system: 'twos-complement' },
        { axisBits: 32, bufferRows: 5 },
      ],
      [
        { entries: 24, scheme: 'distinct-products' },
        { ...REQUEST, banks: 3 },
      ],
      [
        { entries: 16, scheme: 'weight-bit-planes', rescaleSlots: 0 },
        { axisBits: 32, bufferRows: 1024 },
      ],
      [
        { entries: 8, weightVectors: 1, activationVectors: 1 },
        { axisBits: 64, bufferRows: 2 },
      ],
    ];
    it.each(cases)('%o %o', (wishes, request) => {
      const { files, stimulus } = makeBundle(chipOf(wishes), request);
      for (const plusarg of ['+seed=1', '+seed=2', '+full']) {
        expect(simulate(files, plusarg)).toMatch(
          new RegExp(`^PASS ${stimulus.results} results, ${stimulus.packetBeats} packets' beats`),
        );
      }
    });
  },
);

/** One seeded bug a line: the module, what its text says, what it says instead. */
const MUTATIONS: readonly (readonly [module: string, text: string, bug: string])[] = [
  ['tally_skid_65', 'spare_valid_q ? spare_q : in_data', 'in_data'],
  ['tally_skid_65', "spare_valid_q <= 1'b1", "spare_valid_q <= 1'b0"],
  ['tally_fifo_4x24', 'assign in_ready = ~count_q[2]', "assign in_ready = 1'b1"],
  ['tally_fifo_4x26', 'assign in_ready = ~count_q[2]', "assign in_ready = 1'b1"],
  ['tally_fifo_4x26', "head_q + 2'd1", "head_q + 2'd3"],
  ['tally_fifo_16x1', 'words[head_q]', 'words[tail_q]'],
  ['tally_sram_16x24', 'if (read_enable)', "if (1'b1)"],
  ['tally_stream_parser', "~(state_q == 2'd3)", "1'b1"],
  ['tally_stream_parser', "kind_wrong | row_wrong ? 2'd2", "kind_wrong ? 2'd2"],
  ['tally_stream_parser', "((state_q == 2'd1) & ~last_beat)", "1'b0"],
  ['tally_stream_parser', 'last_beat & ~in_last;', "1'b0;"],
  ['tally_stream_parser', 'falling_q <= in_data[4]', 'falling_q <= in_data[5]'],
  ['tally_stream_parser', 'row_q[64 +: 16]', 'row_q[0 +: 16]'],
  ['tally_fetch', 'command[7] & command[8]', "1'b0"],
  ['tally_fetch', "command[32 +: 16] >= 16'd16", "command[32 +: 16] >= 16'd17"],
  ['tally_fetch', "command[16 +: 6] >= 6'd13", "command[16 +: 6] >= 6'd14"],
  ['tally_fetch', "command[6] & (command[116 +: 10] >= 10'd16)", "1'b0"],
  ['tally_fetch', 'assign accept = command_valid & ~any_wrong &', 'assign accept = command_valid &'],
  ['tally_fetch', '(~valid_q | taken)', "1'b1"],
  ['tally_fetch', 'assign cmd_valid = valid_q & enable', 'assign cmd_valid = valid_q'],
  ['tally_fetch', 'last_q <= command[12]', 'last_q <= command[9]'],
  ['tally_axi_lite', 'aw_have_q & w_have_q &', 'aw_have_q &'],
  ['tally_axi_lite', "writable ? 2'd0 : 2'd2", "2'd0"],
  ['tally_axi_lite', "readable ? 2'd0 : 2'd2", "2'd0"],
  ['tally_axi_lite', "(awaddr_q == 12'h014) & wstrb_q[2]", "(awaddr_q == 12'h014)"],
  ['tally_axi_lite', '(error_q & ~error_clear) | errors_set', 'error_q & ~error_clear'],
  ['tally_axi_lite', '(error_q & ~error_clear) | errors_set', 'error_q | errors_set'],
  ['tally_axi_lite', "{63'd0, count_stalls}", "64'd0"],
  ['tally_axi_lite', "{63'd0, count_clocks}", "64'd0"],
  ['tally_axi_lite', '~rst_n | reset_q | clear_q', '~rst_n | reset_q'],
  ['tally_top', '= aresetn & ~soft_reset', '= aresetn'],
  ['tally_top', '~m_axis_tuser & result_sum[23]', 'result_sum[22]'],
  ['tally_top', '{row_falling, threshold_row}', '{~row_falling, threshold_row}'],
  ['tally_top', 'assign psum_missing = psum_ready & ~psum_valid', "assign psum_missing = 1'b0"],
  ['tally_top', 'cmd_valid & cmd_ready & cmd_emit', 'cmd_valid & cmd_ready'],
];

describe.skipIf(!hasTool('iverilog', '-V'))('the testbench finds a bug in (skipped without Icarus)', () => {
  const { files } = makeBundle(chipOf({ entries: 8 }), REQUEST);
  it.each(MUTATIONS)('%s: %s -> %s', (module, text, bug) => {
    const path = `rtl/${module}.sv`;
    const original = files.find((file) => file.path === path)?.text ?? '';
    expect(original.split(text)).toHaveLength(2);
    const mutant = { path, text: original.replace(text, bug) };
    expect(simulate([...files.filter((file) => file.path !== path), mutant])).toMatch(/^FAIL /m);
  });
});
