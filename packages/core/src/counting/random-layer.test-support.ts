import fc from 'fast-check';
import { digitPlan, type DigitPlan } from '../chip/digit-plan.ts';
import { listMacLayers, type MacLayer } from '../network/mac-layer.ts';
import type { LevelHistogram } from '../execute/executor.ts';
import { codeRange, type CodeFormat } from '../network/codes.ts';
import type { ConvNode, Shape } from '../network/network.ts';
import { digitOf } from '../network/digits.ts';
import type { OperandFormats } from './scheme.ts';

/** A random layer with images and a macro that it runs on. */
export interface LayerCase {
  readonly layer: MacLayer;
  readonly formats: OperandFormats;
  readonly plan: DigitPlan;
  readonly images: number;
  readonly codes: Uint8Array;
}

/** Deterministic integers 0 .. below-1 from a seed (xorshift32). */
export function integers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A convolution as the macro sees it, in a network of its own. */
export function convLayer(
  input: { readonly shape: Shape; readonly bits: number },
  node: Omit<ConvNode, 'kind' | 'id' | 'input'>,
): MacLayer {
  const [layer] = listMacLayers({
    kind: 'network',
    name: 'one-layer',
    input,
    nodes: [
      { kind: 'conv', id: 'layer', input: 'input', ...node },
      { kind: 'global-average-pool', id: 'sum', input: 'layer' },
      { kind: 'flatten', id: 'output', input: 'sum' },
    ],
    output: 'output',
  });
  return layer;
}

const macroFormats = fc.record({
  weight: fc.record({
    system: fc.constantFrom('sign-magnitude' as const, 'twos-complement' as const),
    bits: fc.integer({ min: 2, max: 4 }),
  }),
  activation: fc.record({ system: fc.constant('unsigned' as const), bits: fc.integer({ min: 1, max: 4 }) }),
});

const layerFormat: fc.Arbitrary<CodeFormat> = fc.record({
  system: fc.constantFrom('sign-magnitude' as const, 'twos-complement' as const),
  bits: fc.integer({ min: 2, max: 8 }),
});

/** Random convolutions (groups, stride, padding, dilation) and fully connected layers, with random images. */
export const layerCases: fc.Arbitrary<LayerCase> = fc
  .record({
    formats: macroFormats,
    format: layerFormat,
    activationBits: fc.integer({ min: 1, max: 8 }),
    groups: fc.integer({ min: 1, max: 3 }),
    inPerGroup: fc.integer({ min: 1, max: 3 }),
    outPerGroup: fc.integer({ min: 1, max: 3 }),
    size: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
    dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    images: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .map((c) => {
    const next = integers(c.seed);
    // Padding must stay below the kernel's extent.
    const extent = (axis: 0 | 1): number => c.dilation[axis] * (c.kernel[axis] - 1) + 1;
    const padding = [0, 1].map((axis) => Math.min(c.padding[axis as 0 | 1], extent(axis as 0 | 1) - 1));
    const fits = ([0, 1] as const).every((axis) => c.size[axis] + 2 * padding[axis] >= extent(axis));
    if (!fits) return null;
    const [height, width] = c.size;
    const channels = c.groups * c.inPerGroup;
    const outChannels = c.groups * c.outPerGroup;
    const range = codeRange(c.format);
    const weights = Int8Array.from(
      { length: outChannels * c.inPerGroup * c.kernel[0] * c.kernel[1] },
      () => range.min + next(range.max - range.min + 1),
    );
    const layer = convLayer(
      { shape: [channels, height, width], bits: c.activationBits },
      {
        outChannels,
        groups: c.groups,
        kernel: c.kernel,
        stride: c.stride,
        padding: [padding[0], padding[1], padding[0], padding[1]],
        dilation: c.dilation,
        weights: { format: c.format, codes: weights },
        bias: next(2) === 0 ? null : Int32Array.from({ length: outChannels }, () => next(100) - 50),
      },
    );
    // Half of the codes zero, so that sparsity is exercised.
    const codes = Uint8Array.from({ length: c.images * channels * height * width }, () =>
      next(2) === 0 ? 0 : next(2 ** c.activationBits),
    );
    return {
      layer,
      formats: c.formats,
      plan: digitPlan(c.formats, c.format, c.activationBits),
      images: c.images,
      codes,
    };
  })
  .filter((found) => found !== null);

/** The level histogram of some inputs, counted plainly. */
export function levelHistogram(plan: DigitPlan, codes: Uint8Array, images: number): LevelHistogram {
  const positions = codes.length / images;
  const levels = 2 ** plan.activationDigitBits;
  const counts = new Float64Array(positions * plan.activationDigits * levels);
  for (let i = 0; i < codes.length; i++) {
    for (let e = 0; e < plan.activationDigits; e++) {
      const level = digitOf(codes[i], e, plan.activationDigitBits);
      counts[((i % positions) * plan.activationDigits + e) * levels + level] += 1;
    }
  }
  return { images, digitBits: plan.activationDigitBits, digits: plan.activationDigits, positions, counts };
}

/** The convolution by its definition: seven loops over whole codes, no digits, no classes. */
export function convolve(layer: MacLayer, codes: Uint8Array, images: number): Int32Array {
  const { groups, kernel, stride, padding, dilation } = layer;
  const [channels = 0, height = 0, width = 0] = layer.input;
  const [outChannels = 0, outHeight = 0, outWidth = 0] = layer.output;
  const outputs: number[] = [];
  const inPerGroup = channels / groups;
  for (let n = 0; n < images; n++) {
    for (let o = 0; o < outChannels; o++) {
      const group = Math.floor(o / (outChannels / groups));
      for (let y = 0; y < outHeight; y++) {
        for (let x = 0; x < outWidth; x++) {
          let sum = layer.node.bias?.[o] ?? 0;
          for (let c = 0; c < inPerGroup; c++) {
            for (let ky = 0; ky < kernel[0]; ky++) {
              for (let kx = 0; kx < kernel[1]; kx++) {
                const row = y * stride[0] + ky * dilation[0] - padding[0];
                const column = x * stride[1] + kx * dilation[1] - padding[1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const weight = layer.weights.codes[((o * inPerGroup + c) * kernel[0] + ky) * kernel[1] + kx];
                const channel = group * inPerGroup + c;
                sum += weight * codes[((n * channels + channel) * height + row) * width + column];
              }
            }
          }
          outputs.push(sum);
        }
      }
    }
  }
  return Int32Array.from(outputs);
}
