import { readFileSync } from 'node:fs';
import {
  chipPreset,
  createMacro,
  decodeNetwork,
  elementCount,
  LayerClock,
  macroSpec,
  simulateLayer,
  simulateNetwork,
  type LayerSchedule,
  type Network,
  type NetworkSimulation,
} from '@tally/core';
import { randomImages } from './random.ts';
import { median } from './statistics.ts';

const NETWORK = new URL('../../../models/resnet8-w3a2.tally', import.meta.url);
const CHIP = 'zhu2020';
/** Layer that every contender runs: 275,977 clocks of vectors with 128 and with 16 entries in use. */
const LAYER = 'block1.conv2';

/** Who runs a layer clock by clock: its name, and what makes all clocks once and returns how many they were. */
export interface MacroContender {
  readonly name: string;
  readonly run: () => number | Promise<number>;
  /** Clocks per second, where the contender times itself; else `run` is timed. */
  readonly speed?: () => number | Promise<number>;
  /** Asked for once, after the last run. */
  readonly close?: () => void | Promise<void>;
}

function ourContenders(schedule: LayerSchedule): readonly MacroContender[] {
  const kept = new Uint32Array(1);
  return [
    { name: 'fast engine, all counts', run: () => simulateLayer(schedule).cycles },
    {
      name: 'fast engine, all counts and a trace record per clock',
      run: () =>
        simulateLayer(schedule, {
          onRecords: (records) => {
            kept[0] ^= records[0];
          },
        }).cycles,
    },
    {
      name: 'clock engine, nothing observed',
      run: () => {
        const driver = new LayerClock(schedule);
        while (driver.clock());
        return driver.cycles;
      },
    },
    { name: 'clock engine, all counts', run: () => simulateLayer(schedule, { engine: 'clock' }).cycles },
  ];
}

/** Times a run in clocks per second. */
async function speed({ run, speed: ownSpeed }: MacroContender): Promise<number> {
  if (ownSpeed !== undefined) return ownSpeed();
  const start = performance.now();
  const cycles = await run();
  return (cycles * 1e3) / (performance.now() - start);
}

function mega(value: number): string {
  return (value / 1e6).toFixed(2);
}

/** The whole network, one image, with all counts: seconds, and seconds of processor time in all threads of this process. */
function timeNetwork(
  network: Network,
  image: Uint8Array,
): { readonly seconds: number; readonly processorSeconds: number; readonly simulation: NetworkSimulation } {
  const before = process.cpuUsage();
  const start = performance.now();
  const simulation = simulateNetwork(network, chipPreset(CHIP), image);
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(before);
  return { seconds, processorSeconds: (user + system) / 1e6, simulation };
}

/**
 * Simulated clocks per second on one thread: engines of the simulator on a layer of the shipped network, and the whole
 * network with one image; prints as it goes.
 *
 * @param others contenders on the same layer and stimulus, timed in the same rounds
 */
export async function benchMacro(
  rounds: number,
  print: (line: string) => void,
  others: (
    schedule: LayerSchedule,
  ) => readonly MacroContender[] | Promise<readonly MacroContender[]> = () => [],
): Promise<void> {
  const { network } = decodeNetwork(readFileSync(NETWORK), 'resnet8-w3a2.tally');
  const macro = createMacro(macroSpec(chipPreset(CHIP)));
  const image = randomImages(1, elementCount(network.input.shape), network.input.bits, 1);
  print(
    `macro: ${network.name} on ${CHIP}, ${macro.spec.entries} entries, one thread, Node ${process.version}`,
  );

  const first = timeNetwork(network, image);
  const { cycles, layers } = first.simulation;
  const timed = Array.from({ length: rounds }, () => timeNetwork(network, image));
  const seconds = timed.map((one) => one.seconds);
  const processor = median(timed.map((one) => one.processorSeconds));
  print(
    `  whole network, one image, ${mega(cycles)} M clocks with all counts: ${median(seconds).toFixed(3)} s ` +
      `(least ${Math.min(...seconds).toFixed(3)} s, first in this process ${first.seconds.toFixed(3)} s; ${processor.toFixed(3)} s of processor time), ` +
      `${mega(cycles / median(seconds))} M clocks/s`,
  );

  const schedule = layers.find((one) => one.schedule.layer.id === LAYER)?.schedule;
  if (schedule === undefined) throw new Error(`${network.name} has no layer ${LAYER}`);
  const contenders = [...ourContenders(schedule), ...(await others(schedule))];
  const speeds = contenders.map((): number[] => []);
  try {
    // One unmeasured round; then the order turns every round.
    for (let round = -1; round < rounds; round++) {
      const order = contenders.map((_, i) => (round % 2 === 0 ? i : contenders.length - 1 - i));
      for (const i of order) {
        const found = await speed(contenders[i]);
        if (round >= 0) speeds[i].push(found);
      }
    }
  } finally {
    for (const { close } of contenders) await close?.();
  }
  print(`  layer ${LAYER}, ${mega(schedule.cycles)} M clocks, ${rounds} rounds:`);
  for (const [i, { name }] of contenders.entries()) {
    print(`    ${name.padEnd(56)} ${mega(median(speeds[i])).padStart(8)} M clocks/s`);
  }
}
