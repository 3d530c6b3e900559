import type { ConvNode } from '../../network/network.ts';

/** A run of input bytes of one kernel row, beginning at tap (y, x). */
export interface Tap {
  /** Bytes from the window's first byte. */
  readonly offset: number;
  /** A multiple of 4. */
  readonly bytes: number;
  readonly y: number;
  readonly x: number;
  /** Taps that the run covers, each `channelBytes` long; what lies behind them counts nothing. */
  readonly columns: number;
  readonly channelBytes: number;
}

/**
 * Weights in the order in which the microkernel reads them: `[group][block of 8 outputs][k / 4][8 outputs][4]`,
 * zero where a run covers padding channels or a block outputs that do not exist.
 */
export function packWeights(conv: ConvNode, taps: readonly Tap[], groupChannels: number): Int8Array {
  const [height, width] = conv.kernel;
  const groupOutputs = conv.outChannels / conv.groups;
  const blocks = Math.ceil(groupOutputs / 8);
  const length = taps.reduce((sum, tap) => sum + tap.bytes, 0);
  const packed = new Int8Array(conv.groups * blocks * length * 8);
  const { codes } = conv.weights;
  let runStart = 0;
  for (const tap of taps) {
    for (let i = 0; i < tap.bytes; i++) {
      const column = Math.floor(i / tap.channelBytes);
      const channel = i % tap.channelBytes;
      if (column >= tap.columns || channel >= groupChannels) continue;
      const k = runStart + i;
      for (let o = 0; o < conv.outChannels; o++) {
        const group = Math.floor(o / groupOutputs);
        const within = o % groupOutputs;
        const block = group * blocks + (within >> 3);
        const at = block * length * 8 + (k >> 2) * 32 + (within & 7) * 4 + (k & 3);
        packed[at] = codes[((o * groupChannels + channel) * height + tap.y) * width + tap.x + column]!;
      }
    }
    runStart += tap.bytes;
  }
  return packed;
}
