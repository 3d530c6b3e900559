import type { MacroSpec } from '../chip/index.ts';
import { geometryOf } from './geometry.ts';
import { COMMAND_FIELDS, commandPort } from './modules/command-fields.ts';
import type { RtlFile } from './generate.ts';

/** Commands as the pins see them, what comes back in, and what must come out, in order. */
export interface Stimulus {
  /** Values of the pins in the order of `commandPins`. */
  readonly commands: readonly (readonly bigint[])[];
  readonly psums: readonly bigint[];
  /** The data, with `is_code` above it. */
  readonly results: readonly bigint[];
}

interface Pin {
  readonly name: string;
  readonly bits: number;
}

export function commandPins(spec: MacroSpec): Pin[] {
  const geometry = geometryOf(spec);
  return [
    ...COMMAND_FIELDS.map((field) => commandPort(geometry, field)),
    ...['weight', 'activation', 'threshold'].map((name) => ({ name: `cmd_load_${name}`, bits: 1 })),
    { name: 'cmd_weight_row', bits: geometry.weightRowBits },
    { name: 'cmd_activation_row', bits: geometry.activationRowBits },
    { name: 'cmd_threshold_row', bits: geometry.thresholdRowBits },
    { name: 'cmd_threshold_falling', bits: 1 },
  ];
}

/** Small numbers side by side, the first lowest, each modulo 2^bits. */
export function pack(values: readonly number[], bits: number): bigint {
  const mask = (1n << BigInt(bits)) - 1n;
  return values.reduceRight((packed, value) => (packed << BigInt(bits)) | (BigInt(value) & mask), 0n);
}

const hex = (values: readonly bigint[]) => `${values.map((value) => value.toString(16)).join('\n')}\n`;

/** A testbench that plays the stimulus with waits at random and says how many results were right. */
export function smokeBench(spec: MacroSpec, { commands, psums, results }: Stimulus): RtlFile[] {
  const pins = commandPins(spec);
  const width = pins.reduce((sum, { bits }) => sum + bits, 0);
  const bits = spec.accumulatorBits;
  const words = commands.map((values) =>
    values.reduce((word, value, pin) => (word << BigInt(pins[pin].bits)) | value, 0n),
  );
  const text = `module bench;
  logic clk = 0, rst_n = 0, cmd_valid = 0, psum_valid = 0, out_ready = 0;
  logic cmd_ready, psum_ready, out_valid, out_is_code, busy;
  logic [${width - 1}:0] commands [0:${words.length - 1}];
  logic [${bits - 1}:0] psums [0:${psums.length}];
  logic [${bits}:0] results [0:${results.length - 1}];
  logic [${width - 1}:0] command;
  logic [${bits - 1}:0] psum_data, out_data;
${pins.map((pin) => `  logic [${pin.bits - 1}:0] ${pin.name};`).join('\n')}
  assign {${pins.map(({ name }) => name).join(', ')}} = command;
  int taken = 0, returned = 0, right = 0, seen = 0, clocks = 0;
  tally_core dut (.*);
  always #5 clk = ~clk;
  initial begin
    $readmemh("commands.hex", commands);
    $readmemh("psums.hex", psums);
    $readmemh("results.hex", results);
    command = commands[0];
    psum_data = psums[0];
    repeat (3) @(negedge clk);
    rst_n = 1;
    while (seen < ${results.length} && clocks < ${words.length * 1000}) begin
      @(negedge clk);
      cmd_valid = taken < ${words.length} && $urandom % 4 != 0;
      command = commands[taken % ${words.length}];
      psum_valid = returned < ${psums.length} && $urandom % 4 != 0;
      psum_data = psums[returned];
      out_ready = $urandom % 4 != 0;
      #4;
      if (out_valid && out_ready) begin
        if ({out_is_code, out_data} === results[seen]) right = right + 1;
        seen = seen + 1;
      end
      taken = taken + ((cmd_valid && cmd_ready) ? 1 : 0);
      returned = returned + ((psum_valid && psum_ready) ? 1 : 0);
      clocks = clocks + 1;
    end
    repeat (3) @(negedge clk);
    $display("%0d of %0d, busy %0d", right, seen, busy);
    $finish;
  end
endmodule
`;
  return [
    { path: 'bench.sv', text },
    { path: 'commands.hex', text: hex(words) },
    { path: 'psums.hex', text: hex([...psums, 0n]) },
    { path: 'results.hex', text: hex(results) },
  ];
}
