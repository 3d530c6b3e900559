import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  advance,
  commandPacket,
  coreObservables,
  createMacro,
  createObserver,
  emptyOutputs,
  generateTop,
  initialState,
  packRow,
  packWeights,
  recordDifferences,
  storePacket,
  topGeometry,
  traceLayout,
  type Beat,
  type Macro,
  type MacroCommand,
  type MacroSpec,
  type TopGeometry,
  type TopOptions,
} from '@tally/core';
import { inTemporaryFolder } from '../programs/work-folder.ts';
import type { Circuit } from './circuit.ts';
import { PROMPT } from './handshakes.ts';
import { probesOf } from './harness-layout.ts';
import type { Host } from './host.ts';
import { commandOf, corePins, partialSumOf } from './pins.ts';
import { CLOCK_FLAGS, type HarnessMessage } from './protocol.ts';
import { macroStimulus } from './stimulus.ts';

/** `tally_top` with the core inside it made visible. */
export interface AxiCircuit extends Circuit {
  readonly geometry: TopGeometry;
}

const CORE = 'core';

/**
 * Generates the accelerator behind AXI of a spec.
 *
 * @throws TallyError of `topGeometry`, `signal-not-in-circuit`, `signal-width-differs`
 */
export function axiCircuit(spec: MacroSpec, options: TopOptions = {}): AxiCircuit {
  const macro = createMacro(spec);
  const { command, partialSum } = corePins(spec);
  const found = probesOf(traceLayout(macro), coreObservables(spec));
  // Memories are compared by the writes that the records tell, in the simulator's replay: the circuit's records have none.
  const probes = found.probes.map((probe) => ({ ...probe, path: `${CORE}.${probe.path ?? probe.name}` }));
  return {
    macro,
    geometry: topGeometry(spec, options),
    source: {
      files: generateTop(spec, options),
      layout: {
        top: 'tally_top',
        core: CORE,
        command,
        partialSum,
        recordWords: found.recordWords,
        probes,
        memories: [],
      },
    },
    signals: probes.length,
    bits: probes.reduce((sum, { bits }) => sum + bits, 0),
  };
}

/** A sum or a code that has to come out. */
export interface AxiResult {
  readonly value: number;
  readonly isCode: boolean;
}

/** A stream of work as packets, with the partial sums that come back and the results that have to come. */
interface AxiJob {
  readonly beats: readonly Beat[];
  readonly sums: readonly { readonly after: number; readonly value: number }[];
  readonly results: readonly AxiResult[];
  readonly commands: number;
}

/** Runs the simulator through a host's work and writes down what goes in and out. */
function axiJob({ macro, geometry }: AxiCircuit, host: Host): AxiJob {
  const { bufferRows } = geometry;
  const beats: Beat[] = [];
  const sums: AxiJob['sums'][number][] = [];
  const results: AxiJob['results'][number][] = [];
  let commands = 0;
  const recording: Host = {
    ...host,
    commandTaken() {
      const command = host.command();
      if (command !== null) beats.push(...packets(macro.spec, geometry, command, commands % bufferRows));
      commands += 1;
      host.commandTaken();
    },
    partialSumTaken() {
      sums.push({ after: results.length, value: host.partialSum() ?? 0 });
      host.partialSumTaken();
    },
    result(value, isCode) {
      results.push({ value, isCode });
      host.result(value, isCode);
    },
  };
  const stimulus = macroStimulus(macro, recording, PROMPT, { records: false });
  const sink = { words: new Uint32Array(stimulus.clockWords), at: 0 };
  while (stimulus.clock(sink)) sink.at = 0;
  return { beats, sums, results, commands };
}

/** Digits of a row, filled up with zeros. */
function digits(
  row: Int8Array | Uint8Array | { readonly digits: Int8Array | Uint8Array },
): readonly number[] {
  return Array.from('digits' in row ? row.digits : row);
}

/** Rows of a command into one row of each buffer, then the command. */
function packets(
  spec: MacroSpec,
  geometry: TopGeometry,
  command: MacroCommand,
  row: number,
): readonly Beat[] {
  const { weightRow, activationRow, thresholdRow } = command;
  const beats: Beat[] = [];
  if (weightRow !== null)
    beats.push(...storePacket(geometry, 'weight', row, packWeights(spec, digits(weightRow))));
  if (activationRow !== null)
    beats.push(
      ...storePacket(geometry, 'activation', row, packRow(digits(activationRow), spec.activationBits)),
    );
  if (thresholdRow !== null) {
    const bits = packRow(Array.from(thresholdRow.thresholds), spec.thresholdBits);
    beats.push(...storePacket(geometry, 'threshold', row, bits, thresholdRow.falling));
  }
  const values = {
    load_weight: Number(weightRow !== null),
    load_activation: Number(activationRow !== null),
    load_threshold: Number(thresholdRow !== null),
    clear: Number(command.clear),
    restore: Number(command.restore),
    emit: Number(command.emit),
    final: Number(command.final),
    window_end: Number(command.windowEnd),
    shift: command.shift,
    weight_slot: command.weightSlot,
    activation_slot: command.activationSlot,
    threshold_slot: command.thresholdSlot,
    accumulator: command.accumulator,
    weight_row: row,
    activation_row: row,
    threshold_row: row,
  };
  beats.push(...commandPacket(geometry, values));
  return beats;
}

/** The job in the words that the harness reads. */
function jobWords({ beats, sums, results, commands }: AxiJob, axisBits: number, seed: number): Uint32Array {
  const words: number[] = [seed, axisBits / 32, beats.length, sums.length, results.length, commands];
  const data = (value: bigint): void => {
    for (let bit = 0; bit < axisBits; bit += 32) words.push(Number((value >> BigInt(bit)) & 0xffffffffn));
  };
  for (const beat of beats) {
    data(beat.data);
    words.push(Number(beat.last));
  }
  for (const { after, value } of sums) {
    words.push(after);
    data(BigInt.asUintN(axisBits, BigInt(value)));
  }
  for (const { value, isCode } of results) {
    data(BigInt.asUintN(axisBits, BigInt(value)));
    words.push(Number(isCode), 0);
  }
  return Uint32Array.from(words);
}

/**
 * Runs a host's work through the AXI streams of `tally_top` with random gaps on every channel: results are compared in
 * order, and every clock that the core inside sees is replayed by the simulator and compared.
 *
 * @param program from `buildModel` of the circuit
 * @param change alters what is expected, for tests of the comparison itself
 * @returns as the harness of the core; `agreed` only when both comparisons are
 */
export async function runAxi(
  program: string,
  circuit: AxiCircuit,
  host: Host,
  seed: number,
  change: (result: AxiResult) => AxiResult = (result) => result,
): Promise<Exclude<HarnessMessage, { readonly kind: 'collected' }>> {
  return inTemporaryFolder('tally-axi-', async (folder) => {
    const log = join(folder, 'log');
    const job = axiJob(circuit, host);
    const words = jobWords({ ...job, results: job.results.map(change) }, circuit.geometry.axisBits, seed);
    const said = await say(program, [log], new Uint8Array(words.buffer));
    const message = JSON.parse(said) as Exclude<HarnessMessage, { readonly kind: 'collected' }>;
    if (message.kind !== 'agreed') return message;
    const bytes = readFileSync(log);
    return replay(circuit, new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)) ?? message;
  });
}

function say(program: string, args: readonly string[], input: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', () => {
      resolve(output);
    });
    child.stdin.end(input);
  });
}

/** What differs first between the core's log and the simulator with the same pins; null: nothing. */
function replay(
  { macro, source }: AxiCircuit,
  log: Uint32Array,
): Extract<HarnessMessage, { readonly kind: 'difference' }> | null {
  const { command, partialSum, recordWords } = source.layout;
  const layout = comparable(macro);
  const pins = corePins(macro.spec);
  const observe = createObserver(macro, traceLayout(macro));
  const state = initialState(macro);
  const outputs = emptyOutputs();
  const expected = new Uint32Array(recordWords);
  const clockWords = 1 + command.words + partialSum.words + recordWords;
  for (let at = 0, clock = 0; at < log.length; at += clockWords, clock++) {
    const flags = log[at];
    const offers = (flags & CLOCK_FLAGS.commandValid) !== 0;
    const returns = (flags & CLOCK_FLAGS.partialSumValid) !== 0;
    const inputs = {
      command: offers ? commandOf(macro.spec, pins, log, at + 1) : null,
      psum: returns ? partialSumOf(macro.spec, log, at + 1 + command.words) : null,
      outReady: (flags & CLOCK_FLAGS.outReady) !== 0,
      reset: (flags & CLOCK_FLAGS.resetN) === 0,
    };
    advance(macro, state, inputs, outputs);
    observe(state, outputs, expected, 0);
    const record = at + clockWords - recordWords;
    const signals = recordDifferences(layout, expected, 0, log, record).filter(
      // Without an offer the simulator's command pins are 0, the circuit's hold the last command: ready is not asked for.
      ({ signal }) => signal !== 'cmd_ready' || offers,
    );
    if (signals.length > 0) {
      const text = (value: number | bigint): string => `0x${value.toString(16)}`;
      return {
        kind: 'difference',
        clock,
        signals: signals.map(({ signal, expected: want, got }) => ({
          signal: `${CORE}.${signal}`,
          expected: text(want),
          got: text(got),
        })),
      };
    }
  }
  return null;
}

/** The trace without the writes of memories, which the circuit's log does not tell. */
function comparable(macro: Macro): ReturnType<typeof traceLayout> {
  const layout = traceLayout(macro);
  return { ...layout, signals: layout.signals.filter(({ kind }) => kind !== 'array-write') };
}
