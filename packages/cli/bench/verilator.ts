import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerSchedule } from '@tally/core';
import { buildModel } from '../src/cosim/build-model.ts';
import { macroCircuit } from '../src/cosim/circuit.ts';
import { PROMPT } from '../src/cosim/handshakes.ts';
import { layerHost } from '../src/cosim/host.ts';
import type { HarnessMessage } from '../src/cosim/protocol.ts';
import { FINISH, RESTART } from '../src/cosim/protocol.ts';
import { macroStimulus } from '../src/cosim/stimulus.ts';
import { missingTools } from '../src/cosim/toolchain.ts';
import type { MacroContender } from './macro.ts';

/**
 * Verilator's model of the generated circuit with the layer's stimulus at its pins: every signal of a trace record is
 * read on every clock and written to memory, nothing is compared. The model times itself: the stimulus is in its memory
 * before the first clock, and neither its start nor reading counts. Empty, with a line, where a tool is missing.
 */
export async function verilatorContenders(
  schedule: LayerSchedule,
  print: (line: string) => void,
): Promise<readonly MacroContender[]> {
  const missing = missingTools();
  if (missing.length > 0) {
    print(`  Verilator's model left out: apt-get install ${missing.join(' ')}`);
    return [];
  }
  const circuit = macroCircuit(schedule.macro.spec);
  const program = await buildModel({ ...circuit.source, trace: false });
  const folder = mkdtempSync(join(tmpdir(), 'tally-bench-'));
  const stimulus = join(folder, 'stimulus');
  writeFileSync(stimulus, pinsOf(schedule));
  return [
    {
      name: "Verilator's model of the circuit, a trace record per clock",
      run: () => Promise.reject(new Error('times itself')),
      speed: () => collect(program, stimulus),
      close: () => {
        rmSync(folder, { recursive: true, force: true });
      },
    },
  ];
}

/** What the pins of the circuit see in a layer, as the harness reads it. */
function pinsOf(schedule: LayerSchedule): Uint8Array {
  const host = layerHost(schedule, () => undefined);
  const clocks = macroStimulus(schedule.macro, host, PROMPT, { records: false });
  const sink = { words: new Uint32Array(1 << 22), at: 1 };
  sink.words[0] = RESTART;
  for (;;) {
    if (sink.at + clocks.clockWords + 4 > sink.words.length) {
      const larger = new Uint32Array(2 * sink.words.length);
      larger.set(sink.words);
      sink.words = larger;
    }
    if (!clocks.clock(sink)) break;
  }
  sink.words.set([FINISH, ...clocks.handshakes()], sink.at);
  return new Uint8Array(sink.words.buffer, 0, (sink.at + 4) * 4);
}

/** Clocks per second of one run. */
function collect(program: string, stimulus: string): number {
  const input = openSync(stimulus, 'r');
  try {
    const { stdout } = spawnSync(program, ['--collect'], {
      stdio: [input, 'pipe', 'inherit'],
      encoding: 'utf8',
    });
    const message = JSON.parse(stdout) as HarnessMessage;
    if (message.kind !== 'collected') throw new Error(`the harness said ${stdout}`);
    return message.clocks / message.seconds;
  } finally {
    closeSync(input);
  }
}
