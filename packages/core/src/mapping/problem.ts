import { chipFormats, digitPlan, type Chip } from '../chip/index.ts';
import { inputsOf, type MacLayer, type Network } from '../network/index.ts';

/** One axis of a convolution: `outputs` positions whose windows slide over `inputs` elements. */
export interface WindowAxis {
  /** Output positions, at least 1. */
  readonly outputs: number;
  /** Input elements that are stored, at least 1; padding is outside. */
  readonly inputs: number;
  /** Taps of the kernel, at least 1. */
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first input; what follows the last is implied by `outputs`. */
  readonly padding: number;
}

/**
 * The work that a mapping arranges: batch B, groups G, outputs M and channels C per group, windows over rows and columns.
 * All integers of at least 1.
 */
export interface MappingProblem {
  readonly kind: 'mapping-problem';
  /** The layer's id; not part of what is computed. */
  readonly id: string;
  readonly batch: number;
  readonly groups: number;
  /** Per group. */
  readonly outputs: number;
  /** Per group. */
  readonly channels: number;
  readonly rows: WindowAxis;
  readonly columns: WindowAxis;
  readonly weightDigits: number;
  readonly activationDigits: number;
  /** Bits of the codes as memories store them. */
  readonly weightBits: number;
  readonly activationBits: number;
  /** Bits of a result when it leaves: of a code, or of an accumulator when the host needs the sum. */
  readonly resultBits: number;
}

export interface ProblemOptions {
  /** Images that are mapped together; default 1. */
  readonly batch?: number;
  /** Default: the chip's accumulator bits (see {@link resultBits}). */
  readonly resultBits?: number;
}

/** A layer as a mapping problem on a chip. */
export function mappingProblem(layer: MacLayer, chip: Chip, options: ProblemOptions = {}): MappingProblem {
  const plan = digitPlan(chipFormats(chip), layer.weights.format, layer.inputBits);
  const axis = (index: 0 | 1): WindowAxis => ({
    outputs: layer.output[index + 1],
    inputs: layer.input[index + 1],
    taps: layer.kernel[index],
    stride: layer.stride[index],
    dilation: layer.dilation[index],
    padding: layer.padding[index],
  });
  return {
    kind: 'mapping-problem',
    id: layer.id,
    batch: options.batch ?? 1,
    groups: layer.groups,
    outputs: layer.output[0] / layer.groups,
    channels: layer.input[0] / layer.groups,
    rows: axis(0),
    columns: axis(1),
    weightDigits: plan.weightDigits,
    activationDigits: plan.activationDigits,
    weightBits: layer.weights.format.bits,
    activationBits: layer.inputBits,
    resultBits: options.resultBits ?? chip.limits.accumulatorBits.value,
  };
}

/**
 * Bits of a layer's results as the macro hands them out: those of the codes when a threshold node that the chip's comparators can
 * hold is all that reads the layer, else accumulator bits.
 */
export function resultBits(network: Network, layerId: string, chip: Chip): number {
  const readers = network.nodes.filter((node) => inputsOf(node).includes(layerId));
  const only = readers.length === 1 ? readers[0] : undefined;
  const isOutput = network.output === layerId;
  return only?.kind === 'threshold' && only.bits <= chip.formats.activation.bits.value && !isOutput
    ? only.bits
    : chip.limits.accumulatorBits.value;
}
