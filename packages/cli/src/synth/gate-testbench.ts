import { RESULT_PORTS, type Vectors } from './vectors.ts';

/** A testbench for a netlist, and the vectors that it reads. */
export interface GateTestbench {
  /** Verilog. */
  readonly text: string;
  /** For `$readmemh`: a clock a line, results above pins. */
  readonly vectors: string;
}

export const TESTBENCH_TOP = 'tally_gate_testbench';
export const VECTOR_FILE = 'vectors.hex';

/** Nanoseconds of a clock, in units of the testbench's time; the cells have no delays. */
const HALF_PERIOD = 5;

/**
 * Replays recorded vectors on a netlist of the library's Verilog cells. Flip-flops start unknown, or as given: forced until the
 * first edge. Handshakes and `busy` are compared on every clock from the first edge with reset on, `out_is_code` and `out_data` while `out_valid` is high;
 * an unknown value is a difference. Ends with a line `PASS clocks` or `FAIL clock port expected got`.
 *
 * @param start values of nets that flip-flops drive, by hierarchical name; others start unknown
 */
export function gateTestbench(
  top: string,
  vectors: Vectors,
  accumulatorBits: number,
  start: ReadonlyMap<string, number> = new Map(),
): GateTestbench {
  const results = RESULT_PORTS.map((name) => ({ name, bits: name === 'out_data' ? accumulatorBits : 1 }));
  let at = 0;
  const fields = [...vectors.pins, ...results].map(({ name, bits }) => {
    const low = at;
    at += bits;
    return { name, bits, low };
  });
  const wires = results.map(({ name, bits }) => `  wire [${bits - 1}:0] ${name};`);
  const slice = ({ low, bits }: { readonly low: number; readonly bits: number }) =>
    `now[${low + bits - 1}:${low}]`;
  const pins = fields.slice(0, vectors.pins.length).map((field) => `.${field.name}(${slice(field)})`);
  const outs = results.map(({ name }) => `.${name}(${name})`);
  const checks = fields.slice(vectors.pins.length).map((field) => {
    const { name } = field;
    const always = ['cmd_ready', 'psum_ready', 'busy', 'out_valid'].includes(name);
    const when = always ? '' : `${slice(fields.find((one) => one.name === 'out_valid') ?? field)} && `;
    return [
      `      if (!failed && ${when}${name} !== ${slice(field)}) begin`,
      `        $display("FAIL %0d ${name} %0h %0h", clock, ${slice(field)}, ${name});`,
      '        failed = 1;',
      '      end',
    ].join('\n');
  });
  const text = [
    '`timescale 1ns/10ps',
    `module ${TESTBENCH_TOP};`,
    `  reg [${at - 1}:0] all [0:${vectors.clocks - 1}];`,
    `  reg [${at - 1}:0] now;`,
    '  reg clk;',
    '  reg failed;',
    '  integer clock;',
    ...wires,
    `  ${top} dut (.clk(clk), ${[...pins, ...outs].join(', ')});`,
    '  initial begin',
    `    $readmemh("${VECTOR_FILE}", all);`,
    '    clk = 0;',
    '    failed = 0;',
    ...[...start].map(([net, value]) => `    force dut.${net} = 1'b${value};`),
    `    for (clock = 0; clock < ${vectors.clocks} && !failed; clock = clock + 1) begin`,
    '      now = all[clock];',
    `      #${HALF_PERIOD};`,
    '      if (clock > 0) begin',
    ...checks,
    '      end',
    '      clk = 1;',
    `      #${HALF_PERIOD};`,
    ...(start.size === 0
      ? []
      : [
          '      if (clock == 0) begin',
          ...[...start.keys()].map((net) => `        release dut.${net};`),
          '      end',
        ]),
    '      clk = 0;',
    '    end',
    '    if (!failed) $display("PASS %0d", clock);',
    '    $finish;',
    '  end',
    'endmodule',
    '',
  ].join('\n');
  return { text, vectors: hexLines(vectors, results, at) };
}

function hexLines(
  { pins, pinWords, inputs, results, clocks }: Vectors,
  ports: readonly { readonly bits: number }[],
  bits: number,
): string {
  const digits = Math.ceil(bits / 4);
  let text = '';
  for (let clock = 0; clock < clocks; clock++) {
    let value = 0n;
    let at = 0n;
    for (const { offset, bits: width } of pins) {
      for (let done = 0; done < width; done += 32) {
        const word = inputs[clock * pinWords + offset + done / 32];
        value |= BigInt(word) << (at + BigInt(done));
      }
      at += BigInt(width);
    }
    ports.forEach(({ bits: width }, i) => {
      value |= BigInt(results[clock * ports.length + i]) << at;
      at += BigInt(width);
    });
    text += `${value.toString(16).padStart(digits, '0')}\n`;
  }
  return text;
}
