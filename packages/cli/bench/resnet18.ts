import type { Network } from '@tally/core';
import { residualNetwork } from './residual-network.ts';

/** ResNet-18 at 224 x 224 with 1000 classes, W3A2 or W3A3 between 8-bit ends: 1.81 G multiply-accumulates per image. */
export function resnet18(seed: number, activationBits: 2 | 3 = 2): Network {
  return residualNetwork(
    {
      name: `resnet18-w3a${activationBits}-random`,
      input: [3, 224, 224],
      stem: { channels: 64, kernel: 7, stride: 2, pool: true },
      stages: [
        { channels: 64, blocks: 2, stride: 1 },
        { channels: 128, blocks: 2, stride: 2 },
        { channels: 256, blocks: 2, stride: 2 },
        { channels: 512, blocks: 2, stride: 2 },
      ],
      classes: 1000,
      activationBits,
    },
    seed,
  );
}
