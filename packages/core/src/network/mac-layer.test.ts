import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork } from '../testing/index.ts';
import { listMacLayers } from './mac-layer.ts';
import type { ConvNode, Network } from './network.ts';

describe('listMacLayers', () => {
  it('by hand: 3 x 3 kernel over 5 x 4, padding 1 but for the bottom, stride 2', () => {
    const node: ConvNode = {
      kind: 'conv',
      id: 'conv',
      input: 'input',
      kernel: [3, 3],
      stride: [2, 2],
      padding: [1, 1, 0, 1],
      dilation: [1, 1],
      groups: 2,
      outChannels: 6,
      weights: { format: { system: 'twos-complement', bits: 3 }, codes: new Int8Array(6 * 2 * 9) },
      bias: null,
    };
    const network: Network = {
      kind: 'network',
      name: 'hand',
      input: { shape: [4, 5, 4], bits: 2 },
      nodes: [node, { kind: 'flatten', id: 'out', input: 'conv' }],
      output: 'out',
    };
    // Rows: floor((5 + 1 - 3) / 2) + 1 = 2; columns: floor((4 + 2 - 3) / 2) + 1 = 2.
    // Dot length 2 * 9 = 18, dot products 6 * 4 = 24, MACs 432.
    // Row taps inside: first row 2 of 3, second 3 of 3: 5 of 6. Column taps: first 2 of 3, second 3 of 3: 5 of 6.
    // Inside 6 * 2 * 5 * 5 = 300, padding 132.
    expect(listMacLayers(network)).toMatchObject([
      {
        id: 'conv',
        nodeIndex: 0,
        output: [6, 2, 2],
        inputBits: 2,
        positions: 4,
        dotLength: 18,
        dotProducts: 24,
        macs: 432,
        paddingMacs: 132,
      },
    ]);
  });

  it('counts padding as a loop over every tap does', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), (network) => {
        for (const layer of listMacLayers(network)) {
          let inside = 0;
          for (let row = 0; row < layer.output[1]; row++) {
            for (let column = 0; column < layer.output[2]; column++) {
              for (let u = 0; u < layer.kernel[0]; u++) {
                for (let v = 0; v < layer.kernel[1]; v++) {
                  const y = row * layer.stride[0] + u * layer.dilation[0] - layer.padding[0];
                  const x = column * layer.stride[1] + v * layer.dilation[1] - layer.padding[1];
                  if (y >= 0 && y < layer.input[1] && x >= 0 && x < layer.input[2]) inside++;
                }
              }
            }
          }
          const perTap = layer.output[0] * (layer.input[0] / layer.groups);
          expect(layer.macs - layer.paddingMacs).toBe(inside * perTap);
          expect(layer.weights.codes.length).toBe(layer.output[0] * layer.dotLength);
        }
      }),
    );
  });
});
