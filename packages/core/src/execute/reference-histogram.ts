import { fail } from '../diagnostics/index.ts';
import { elementCount } from '../network/integers.ts';
import { isMacNode } from '../network/mac-layer.ts';
import type { Network } from '../network/network.ts';
import type { TensorType } from '../network/tensor-type.ts';
import type { LevelHistogram, RunOptions } from './executor.ts';

/** An empty histogram for each layer asked for. */
export function startHistograms(
  network: Network,
  types: ReadonlyMap<string, TensorType>,
  images: number,
  options: RunOptions,
): ReadonlyMap<string, LevelHistogram> {
  const histograms = new Map<string, LevelHistogram>();
  for (const [id, digitBits] of options.histogramDigitBits ?? []) {
    const node = network.nodes.find((candidate) => candidate.id === id);
    if (node === undefined || !isMacNode(node)) {
      fail(
        'unknown-layer',
        `histogramDigitBits.${id}`,
        'names no conv or fully-connected node',
        'name a layer of the network',
      );
    }
    if (!Number.isInteger(digitBits) || digitBits < 1 || digitBits > 8) {
      fail(
        'value-out-of-range',
        `histogramDigitBits.${id}`,
        `is ${digitBits}, must be an integer from 1 to 8`,
        'set it to an integer from 1 to 8',
      );
    }
    const type = types.get(node.input)!;
    const digits = Math.ceil((type.kind === 'codes' ? type.bits : 0) / digitBits);
    const positions = elementCount(type.shape);
    const counts = new Float64Array(positions * digits * 2 ** digitBits);
    histograms.set(id, { images, digitBits, digits, positions, counts });
  }
  return histograms;
}

/** Counts the digits of one image's codes, one by one. */
export function countLevels(histogram: LevelHistogram, codes: ArrayLike<number>): void {
  const { digitBits, digits, positions, counts } = histogram;
  const base = 2 ** digitBits;
  for (let position = 0; position < positions; position++) {
    let rest = codes[position];
    for (let digit = 0; digit < digits; digit++) {
      counts[(position * digits + digit) * base + (rest % base)] += 1;
      rest = Math.floor(rest / base);
    }
  }
}
