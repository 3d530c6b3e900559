import { fail } from '../diagnostics/index.ts';
import { inputsOf, type ModelGraph, type ModelNode } from '../model/model.ts';
import { dilatedExtent } from '../network/window.ts';

/** A stretch of rows (or columns) of a block's input. */
export interface Stretch {
  /** First row; a multiple of the block's {@link cropStride}. */
  readonly start: number;
  readonly length: number;
  /** Rows of the whole input. */
  readonly extent: number;
}

interface Windowed {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
}

/** The window of a node that looks at neighbours; null for one that does not; undefined when it needs the whole map. */
function windowOf(node: ModelNode): Windowed | null | undefined {
  switch (node.kind) {
    case 'conv':
      return node;
    case 'max-pool':
    case 'average-pool':
      return { ...node, dilation: [1, 1] };
    case 'batch-norm':
    case 'relu':
    case 'leaky-relu':
    case 'clip':
    case 'quantize':
    case 'add':
    case 'concat':
      return null;
    case 'pad':
    case 'slice':
    case 'upsample':
    case 'global-average-pool':
    case 'flatten':
    case 'fully-connected':
      return undefined;
    default:
      throw new Error(`unknown node ${String(node satisfies never)}`);
  }
}

/**
 * How far apart crops of a block's input may begin so that the crop's outputs are outputs of the whole:
 * the product of the strides. Null when the block reads whole maps (a fully connected layer, a global
 * average, padding, slicing or upsampling nodes) or its branches differ.
 */
export function cropStride(block: ModelGraph): number | null {
  const strides = new Map<string, number>([['input', 1]]);
  for (const node of block.nodes) {
    const window = windowOf(node);
    if (window === undefined) return null;
    if (window !== null && window.stride[0] !== window.stride[1]) return null;
    const [stride, ...others] = inputsOf(node).map((id) => strides.get(id));
    if (stride === undefined || others.some((other) => other !== stride)) return null;
    strides.set(node.id, stride * (window?.stride[0] ?? 1));
  }
  return strides.get(block.output) ?? null;
}

/**
 * Which rows (axis 0) or columns (axis 1) of a block's output, run on a crop of its input, equal those of
 * the whole input: those that see neither a cut edge nor what was padded there. Zero padding at the true
 * border is right.
 *
 * @throws TallyError when the block cannot be cropped, see {@link cropStride}.
 */
export function validOutputs(block: ModelGraph, axis: 0 | 1, stretch: Stretch): readonly boolean[] {
  if (cropStride(block) === null) {
    fail('block-not-croppable', `model.${block.name}`, 'reads whole feature maps', 'train it on whole maps');
  }
  const trueStart = stretch.start === 0;
  const trueEnd = stretch.start + stretch.length === stretch.extent;
  const valid = new Map<string, readonly boolean[]>([
    ['input', Array.from({ length: stretch.length }, () => true)],
  ]);
  for (const node of block.nodes) {
    const inputs = inputsOf(node).map((id) => valid.get(id) ?? []);
    const seen = (inputs[0] ?? []).map((_, row) => inputs.every((input) => input[row]));
    const window = windowOf(node) ?? null;
    valid.set(node.id, window === null ? seen : seenThrough(window, axis, seen, trueStart, trueEnd));
  }
  return valid.get(block.output) ?? [];
}

function seenThrough(
  { kernel, stride, padding, dilation }: Windowed,
  axis: 0 | 1,
  seen: readonly boolean[],
  trueStart: boolean,
  trueEnd: boolean,
): readonly boolean[] {
  const extent = dilatedExtent(kernel[axis], dilation[axis]);
  const outputs = Math.floor((seen.length + padding[axis] + padding[axis + 2] - extent) / stride[axis]) + 1;
  return Array.from({ length: outputs }, (_, output) => {
    for (let tap = 0; tap < kernel[axis]; tap++) {
      const row = output * stride[axis] - padding[axis] + tap * dilation[axis];
      if (row < 0 ? !trueStart : row >= seen.length ? !trueEnd : !seen[row]) return false;
    }
    return true;
  });
}
