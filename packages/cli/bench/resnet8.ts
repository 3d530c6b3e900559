import type { Network } from '@tally/core';
import { residualNetwork } from './residual-network.ts';

/** ResNet-8 at 28 x 28 with 10 classes, W3A2 between 8-bit ends: 9.5 M multiply-accumulates per image. */
export function resnet8(seed: number): Network {
  return residualNetwork(
    {
      name: 'resnet8-w3a2-random',
      input: [1, 28, 28],
      stem: { channels: 16, kernel: 3, stride: 1, pool: false },
      stages: [
        { channels: 16, blocks: 1, stride: 1 },
        { channels: 32, blocks: 1, stride: 2 },
        { channels: 64, blocks: 1, stride: 2 },
      ],
      classes: 10,
      activationBits: 2,
    },
    seed,
  );
}
