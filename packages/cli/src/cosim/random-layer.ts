import {
  checkLayer,
  codeRange,
  listMacLayers,
  type Chip,
  type CodeFormat,
  type ConvNode,
  type Network,
  type NetworkNode,
  type ThresholdNode,
} from '@tally/core';
import type { Random } from './random.ts';

/** A network of one layer, perhaps with thresholds behind it, and one image for it. */
export interface RandomLayer {
  readonly network: Network;
  readonly image: Uint8Array;
}

/** Steps that a random layer takes at most, so that many of them run. */
const MOST_STEPS = 400;

/**
 * A layer that the chip can hold: any shape, stride, padding, dilation, groups, widths of operands and digits, sparsity of
 * weights and codes; small, drawn again until it is small and legal.
 */
export function randomLayer(chip: Chip, random: Random): RandomLayer {
  for (;;) {
    const candidate = drawLayer(chip, random);
    const [layer] = listMacLayers(candidate.network);
    const chunks = Math.ceil(layer.dotLength / chip.geometry.entries.value);
    if (layer.dotProducts * chunks > MOST_STEPS) continue;
    if (checkLayer(layer, chip).length === 0) return candidate;
  }
}

function drawLayer(chip: Chip, random: Random): RandomLayer {
  const bits = random.pick([chip.formats.activation.bits.value, random.integer(1, 8)]);
  const conv = drawConv(chip, random);
  const { node, shape } = conv;
  const nodes: NetworkNode[] = [node];
  if (random.chance(0.6)) nodes.push(drawThresholds(chip, random, node));
  const zeros = random.pick([0, 0.3, 0.9, 1]);
  const image = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
    random.chance(zeros) ? 0 : random.integer(0, 2 ** bits - 1),
  );
  // A network ends in a vector of integers; what comes behind the layer is not the macro's.
  nodes.push({ kind: 'global-average-pool', id: 'pool', input: nodes[nodes.length - 1].id });
  nodes.push({ kind: 'flatten', id: 'output', input: 'pool' });
  const output = 'output';
  return { network: { kind: 'network', name: 'random', input: { shape, bits }, nodes, output }, image };
}

interface DrawnConv {
  readonly node: ConvNode;
  readonly shape: readonly [number, number, number];
}

function drawConv(chip: Chip, random: Random): DrawnConv {
  const groups = random.pick([1, 1, 1, 2, 4]);
  const inner = random.pick([1, random.integer(1, 8), random.integer(1, 96)]);
  const outer = random.integer(1, 5);
  const size = [random.integer(1, 7), random.integer(1, 7)] as const;
  const kernel = [random.integer(1, Math.min(3, size[0])), random.integer(1, Math.min(3, size[1]))] as const;
  const dilation = [
    kernel[0] === 2 && size[0] > 2 ? random.integer(1, 2) : 1,
    kernel[1] === 2 && size[1] > 2 ? random.integer(1, 2) : 1,
  ] as const;
  const pad = (extent: number): number => random.integer(0, extent - 1);
  const format: CodeFormat = random.chance(0.6)
    ? { system: chip.formats.weight.system.name, bits: chip.formats.weight.bits.value }
    : { system: random.pick(['sign-magnitude', 'twos-complement'] as const), bits: random.integer(2, 8) };
  const { min, max } = codeRange(format);
  const zeros = random.pick([0, 0.4, 0.95]);
  const codes = Int8Array.from({ length: groups * outer * inner * kernel[0] * kernel[1] }, () => {
    if (random.chance(zeros)) return 0;
    return random.chance(0.1) ? random.pick([min, max]) : random.integer(min, max);
  });
  const node: ConvNode = {
    kind: 'conv',
    id: 'layer',
    input: 'input',
    outChannels: groups * outer,
    groups,
    kernel,
    stride: [random.integer(1, 2), random.integer(1, 2)],
    padding: [pad(kernel[0]), pad(kernel[1]), pad(kernel[0]), pad(kernel[1])],
    dilation,
    weights: { format, codes },
    bias: random.chance(0.5)
      ? Int32Array.from({ length: groups * outer }, () => random.integer(-50, 50))
      : null,
  };
  return { node, shape: [groups * inner, size[0], size[1]] };
}

/** Thresholds of either direction, within or far beyond what the layer reaches. */
function drawThresholds(chip: Chip, random: Random, { id, outChannels }: ConvNode): ThresholdNode {
  const bits = random.integer(1, chip.formats.activation.bits.value);
  const count = 2 ** bits - 1;
  const channels = random.pick([1, outChannels]);
  const direction = Int8Array.from({ length: channels }, () => random.pick([1, 1, -1]));
  const reach = random.pick([5, 100, 2 ** 31 - 1]);
  const thresholds = new Int32Array(channels * count);
  for (let channel = 0; channel < channels; channel++) {
    const row = Int32Array.from({ length: count }, () => random.integer(-reach, reach)).sort();
    thresholds.set(direction[channel] > 0 ? row : row.reverse(), channel * count);
  }
  return { kind: 'threshold', id: 'codes', input: id, bits, thresholds, direction };
}
