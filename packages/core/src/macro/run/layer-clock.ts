import { fail } from '../../diagnostics/index.ts';
import { advance } from '../advance.ts';
import type { LayerSchedule, MacroStep } from '../schedule/index.ts';
import { emptyOutputs, initialState, type MacroOutputs, type MacroState } from '../state.ts';
import { ResultSink } from './result-sink.ts';

/** When the macro's neighbours are ready, asked anew in each clock. */
export interface Handshakes {
  /** `cmd_valid` while there is a command. */
  readonly offerCommand: () => boolean;
  /** `psum_valid` while a sum waits to come back. */
  readonly returnPsum: () => boolean;
  /** `out_ready`. */
  readonly takeResult: () => boolean;
}

const always = (): boolean => true;

/** Nobody ever keeps the macro waiting. */
export const ALWAYS_READY: Handshakes = { offerCommand: always, returnPsum: always, takeResult: always };

/** The pins of one clock, to be read before the next is made. */
interface Pins {
  command: MacroStep | null;
  psum: number | null;
  outReady: boolean;
  readonly reset: false;
}

/**
 * A layer on the macro, clock by clock: the macro, the commands of the schedule, and the memory that takes results and
 * gives spilled sums back from the clock after they were handed out.
 *
 * Clocks are counted from the first command offered to the last result taken, both included.
 */
export class LayerClock {
  readonly schedule: LayerSchedule;
  readonly state: MacroState;
  /** Pins that drove the last clock. */
  readonly inputs: Pins = { command: null, psum: null, outReady: false, reset: false };
  /** Wires of the last clock, before its edge. */
  readonly outputs: MacroOutputs = emptyOutputs();
  cycles = 0;
  private readonly sink: ResultSink;
  private readonly steps: Generator<MacroStep, void, undefined>;
  private readonly handshakes: Handshakes;
  private next: MacroStep | null;
  private idle = 0;
  /** Far more clocks than a step and the pipeline behind it take. */
  private readonly patience: number;

  /** @param state a macro at rest, used and changed; left out: one after reset */
  constructor(
    schedule: LayerSchedule,
    handshakes: Handshakes = ALWAYS_READY,
    state: MacroState = initialState(schedule.macro),
  ) {
    this.schedule = schedule;
    this.handshakes = handshakes;
    this.state = state;
    this.sink = new ResultSink(schedule);
    this.steps = schedule.steps();
    this.next = this.pull();
    this.patience = 10_000 + 10 * (schedule.macro.stepSlots + schedule.macro.spec.windowOverheadCycles);
  }

  /** Sums without bias, or codes, `[channels, pixels]`; whole when `clock` has returned false. */
  get results(): Int32Array {
    return this.sink.results;
  }

  /**
   * Makes one clock; `inputs`, `outputs` and `state` then tell of it until the next. False, and nothing happens, when
   * the last result has been taken.
   *
   * @throws TallyError `macro-stuck` when nothing is handed over for very long; what `advance` throws
   */
  clock(): boolean {
    const { inputs, outputs, sink, handshakes, schedule, state } = this;
    this.settle();
    if (this.next === null && sink.complete) return false;
    inputs.command = this.next !== null && handshakes.offerCommand() ? this.next : null;
    inputs.psum = sink.psum !== null && handshakes.returnPsum() ? sink.psum : null;
    inputs.outReady = handshakes.takeResult();
    advance(schedule.macro, state, inputs, outputs);
    this.cycles++;
    const moved = outputs.commandTaken || outputs.psumTaken || outputs.resultTaken;
    this.idle = moved ? 0 : this.idle + 1;
    if (this.idle > this.patience) {
      fail(
        'macro-stuck',
        `${schedule.layer.id}: clock ${this.cycles}`,
        `nothing was handed over for ${this.idle} clocks`,
        'let the handshakes be ready now and then; if they are, report this as a bug of Tally',
      );
    }
    return true;
  }

  /** Lets the neighbours act on the handshakes of the last clock. */
  private settle(): void {
    const { outputs, sink } = this;
    if (outputs.psumTaken) sink.takePsum();
    if (outputs.resultTaken) sink.accept(outputs.outData);
    if (outputs.commandTaken && this.next !== null) {
      sink.expect(this.next);
      this.next = this.pull();
    }
  }

  private pull(): MacroStep | null {
    const { done, value } = this.steps.next();
    return done === true ? null : value;
  }
}
