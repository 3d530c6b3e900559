import type { MacLayer } from '../network/mac-layer.ts';
import type { LevelHistogram } from '../execute/executor.ts';

/** Input coordinates that kernel offset `tap` visits along one axis, padding left out. */
function visited(
  outputs: number,
  size: number,
  stride: number,
  padding: number,
  offset: number,
): readonly number[] {
  const coordinates: number[] = [];
  for (let out = 0; out < outputs; out++) {
    const at = out * stride + offset - padding;
    if (at >= 0 && at < size) coordinates.push(at);
  }
  return coordinates;
}

/**
 * For each kernel tap, how often the input elements that it visits in one channel held each
 * activation level (one digit), summed over the output pixels and images; padding not included.
 * First sums rows per vertical tap, then columns per horizontal tap.
 *
 * @returns shape `[kernel height * kernel width, 2^digitBits]`
 */
export function windowSums(
  layer: MacLayer,
  histogram: LevelHistogram,
  channel: number,
  digit: number,
): Float64Array {
  const levels = 2 ** histogram.digitBits;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const width = layer.input[2];
  const sums = new Float64Array(kernelHeight * kernelWidth * levels);
  const columns = Array.from({ length: kernelWidth }, (_, kx) =>
    visited(layer.output[2], width, layer.stride[1], layer.padding[1], kx * layer.dilation[1]),
  );
  const step = histogram.digits * levels;
  for (let ky = 0; ky < kernelHeight; ky++) {
    const rowSums = new Float64Array(width * levels);
    for (const y of visited(
      layer.output[1],
      layer.input[1],
      layer.stride[0],
      layer.padding[0],
      ky * layer.dilation[0],
    )) {
      const row = (channel * layer.input[1] + y) * width * step + digit * levels;
      for (let x = 0; x < width; x++) {
        for (let v = 0; v < levels; v++) rowSums[x * levels + v] += histogram.counts[row + x * step + v];
      }
    }
    for (let kx = 0; kx < kernelWidth; kx++) {
      const base = (ky * kernelWidth + kx) * levels;
      for (const x of columns[kx]) {
        for (let v = 0; v < levels; v++) sums[base + v] += rowSums[x * levels + v];
      }
    }
  }
  return sums;
}
