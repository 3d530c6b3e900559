import type { GateStart } from './gate-level.ts';
import type { GateDifference } from './gate-simulator.ts';
import type { Power } from './power.ts';
import type { StaPower, Timing } from './timing-analysis.ts';
import type { ToolRun } from './tools.ts';

/** A module of the circuit: all its instances together, the modules inside it apart. */
export interface SynthesisedModule {
  readonly module: string;
  readonly instances: number;
  readonly cells: number;
  readonly flipFlops: number;
  readonly areaUm2: number;
  readonly power: Power;
}

/** What `tally synth` found; label of every figure: synthesised. */
export interface SynthesisReport {
  readonly kind: 'tally-synthesis-report';
  readonly formatVersion: 1;
  readonly toolVersion: string;
  readonly chip: string;
  readonly entries: number;
  readonly library: {
    readonly name: string;
    readonly voltageV: number;
    readonly temperatureC: number | null;
  };
  readonly clockMHz: number;
  readonly modules: readonly SynthesisedModule[];
  readonly cells: number;
  readonly flipFlops: number;
  readonly areaUm2: number;
  /** Of `areaUm2`: flip-flops that store partial sums. */
  readonly partialSumAreaUm2: number;
  readonly timing: Timing;
  readonly power: Power;
  /**
   * OpenSTA's own power from the input ports' activity, which it propagates as if nets were independent. The 2019
   * version counts internal energy at least twice: rise and fall for every transition, and every condition (`when`).
   */
  readonly openStaPower: StaPower;
  readonly workload: {
    readonly name: string;
    /** Clocks whose switching was counted: those after reset. */
    readonly clocks: number;
    readonly steps: number;
    /** Transitions a clock, all nets but the clock. */
    readonly togglesPerClock: number;
  };
  readonly check: {
    /** Clocks of recorded vectors in which every output of the netlist equals the simulator's. */
    readonly clocks: number;
    /** Clocks replayed on the library's Verilog cells, and how their flip-flops started; null: not asked for. */
    readonly gateLevel: { readonly clocks: number; readonly start: GateStart } | null;
  };
  readonly tools: readonly ToolRun[];
}

/** The first difference in words. */
export function describeDifference({ port, expected, got }: GateDifference): string {
  return `${port} is 0x${got.toString(16)}, the simulator has 0x${expected.toString(16)}`;
}
