import { DATAFLOWS, TallyError, type Chip, type Macro } from '@tally/core';
import type { HostedSegment } from './axi.ts';
import type { WatchedSegment } from './cosimulate.ts';
import { randomHandshakes } from './handshakes.ts';
import { layerJobs, layerSegment, type LayerSegment } from './layer-segment.ts';
import { randomCommands } from './random-commands.ts';
import { randomLayer } from './random-layer.ts';
import { seeded } from './random.ts';
import { macroStimulus, type ClockObserver } from './stimulus.ts';

/** Of so many random segments one is a stream of random commands, the others are layers. */
const COMMANDS_EVERY = 8;
const COMMANDS = 60;

/**
 * Random layers in random dataflows, and among them streams of random commands; the world around the macro ready or
 * not at random. Segment i depends on chip, seed and i alone.
 *
 * @param dataflow a name, or null for any of them
 */
export function* randomSegments(
  chip: Chip,
  macro: Macro,
  count: number,
  seed: number,
  dataflow: string | null,
): Generator<WatchedSegment> {
  for (let i = 0; i < count; i++) {
    yield i % COMMANDS_EVERY === COMMANDS_EVERY - 1
      ? commandSegment(macro, seed, i)
      : layerOf(chip, macro, seed, i, dataflow);
  }
}

/** Layers that a macro refuses under a dataflow (steps too short to return partial sums) are drawn again. */
function layerOf(
  chip: Chip,
  macro: Macro,
  seed: number,
  index: number,
  dataflow: string | null,
): LayerSegment {
  for (let attempt = 0; ; attempt++) {
    const random = seeded(seed, index, attempt);
    const { network, image } = randomLayer(chip, random);
    const flow = dataflow ?? random.pick(DATAFLOWS.map(({ name }) => name));
    const [job] = layerJobs(network, macro, image);
    const habits = random.integer(0, 2 ** 31);
    try {
      return layerSegment(macro, job, flow, `random layer ${index}, ${flow}`, () =>
        randomHandshakes(seeded(habits)),
      );
    } catch (error) {
      const refused =
        error instanceof TallyError && error.issues.every(({ code }) => code === 'macro-schedule-refused');
      if (!refused || attempt === 100) throw error;
    }
  }
}

/** The same layers and streams of commands as hosts, for circuits that handshake by themselves. */
export function* randomHosts(
  chip: Chip,
  macro: Macro,
  count: number,
  seed: number,
  dataflow: string | null,
): Generator<HostedSegment> {
  for (let i = 0; i < count; i++) {
    yield i % COMMANDS_EVERY === COMMANDS_EVERY - 1
      ? {
          name: `random commands ${i}`,
          host: () => randomCommands(macro.spec, seeded(seed, i), COMMANDS),
        }
      : layerOf(chip, macro, seed, i, dataflow);
  }
}

function commandSegment(macro: Macro, seed: number, index: number): WatchedSegment {
  const startWatched = (observer?: ClockObserver) => {
    const random = seeded(seed, index);
    const host = randomCommands(macro.spec, random, COMMANDS);
    return macroStimulus(macro, host, randomHandshakes(random), observer === undefined ? {} : { observer });
  };
  return { name: `random commands ${index}`, start: () => startWatched(), startWatched };
}
