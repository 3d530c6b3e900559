import { fail, scheduleLayer, type Chip, type Macro, type Network } from '@tally/core';
import { PROMPT, randomHandshakes } from '../cosim/handshakes.ts';
import { layerHost } from '../cosim/host.ts';
import { layerJobs } from '../cosim/layer-segment.ts';
import { randomCommands } from '../cosim/random-commands.ts';
import { seeded, type Random } from '../cosim/random.ts';
import { remedyForUnknown } from '../io/suggest.ts';
import { recordVectors, type Vectors } from './vectors.ts';

/** Work whose switching prices the circuit. */
export interface Workload {
  /** `layer conv2 of resnet8-w3a2, image 0`. */
  readonly name: string;
  readonly vectors: Vectors;
}

/** Steps of random commands that are enough for any number of clocks that is recorded. */
const MANY = 1_000_000;

/** Shares of zeros in the random layer: those that the shipped table's calibration assumes of its workload. */
const ZERO_WEIGHTS = 0.25;
const ZERO_ACTIVATIONS = 0.5;

/**
 * A 3x3 convolution that fills every vector: as many input channels as the macro has entries, 16 outputs, 4 x 4 pixels
 * without padding; seeded codes, a quarter of the weights and half of the activations zero.
 */
export function fullLayer(
  chip: Chip,
  macro: Macro,
  random: Random,
): { readonly network: Network; readonly image: Uint8Array } {
  const { entries, maxMagnitude, maxActivation } = macro.spec;
  const largest = Math.min(maxMagnitude, 2 ** (macro.spec.weightBits - 1) - 1);
  const weight = (): number =>
    random.chance(ZERO_WEIGHTS) ? 0 : random.pick([-1, 1]) * random.integer(1, largest);
  const { system, bits } = chip.formats.weight;
  const network: Network = {
    kind: 'network',
    name: 'random',
    input: { shape: [entries, 6, 6], bits: chip.formats.activation.bits.value },
    nodes: [
      {
        kind: 'conv',
        id: 'conv3x3',
        input: 'input',
        outChannels: 16,
        groups: 1,
        kernel: [3, 3],
        stride: [1, 1],
        padding: [0, 0, 0, 0],
        dilation: [1, 1],
        weights: {
          format: { system: system.name, bits: bits.value },
          codes: Int8Array.from({ length: 16 * entries * 9 }, weight),
        },
        bias: null,
      },
      { kind: 'global-average-pool', id: 'pool', input: 'conv3x3' },
      { kind: 'flatten', id: 'output', input: 'pool' },
    ],
    output: 'output',
  };
  const image = Uint8Array.from({ length: entries * 36 }, () =>
    random.chance(ZERO_ACTIVATIONS) ? 0 : random.integer(1, maxActivation),
  );
  return { network, image };
}

/**
 * The first clocks of a layer under the chip's dataflow, nobody keeping the macro waiting.
 *
 * @param layer id; null: the layer that takes the most clocks
 * @throws TallyError `unknown-layer`; what `scheduleLayer` refuses
 */
export function layerWorkload(
  chip: Chip,
  macro: Macro,
  subject: {
    readonly network: Network;
    readonly image: Uint8Array;
    readonly layer: string | null;
    readonly name: string;
  },
  clocks: number,
): Workload {
  const { network, image, layer: wanted, name } = subject;
  const schedules = layerJobs(network, macro, image)
    .filter(({ layer }) => wanted === null || layer.id === wanted)
    .map(({ layer, codes, thresholds }) =>
      scheduleLayer({ macro, layer, codes, dataflow: chip.dataflow.name, thresholds }),
    );
  if (schedules.length === 0) {
    const known = layerJobs(network, macro, image).map(({ layer }) => layer.id);
    return fail(
      'unknown-layer',
      '--layer',
      `'${wanted ?? ''}' is no conv or fully-connected node of ${network.name}`,
      remedyForUnknown(wanted ?? '', known),
    );
  }
  const schedule = schedules.reduce((a, b) => (b.cycles > a.cycles ? b : a));
  const host = layerHost(schedule, () => undefined);
  return {
    name: `layer ${schedule.layer.id} of ${name}`,
    vectors: recordVectors(macro, host, PROMPT, clocks),
  };
}

/** Random commands against random handshakes: what a netlist is checked with. */
export function checkVectors(macro: Macro, seed: number, clocks: number): Vectors {
  const random = seeded(seed);
  return recordVectors(macro, randomCommands(macro.spec, random, MANY), randomHandshakes(random), clocks);
}
