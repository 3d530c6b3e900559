import fc from 'fast-check';
import type { Network } from '../network/network.ts';
import { randomImages, randomNetwork, type RandomNetworkOptions } from './random-network.ts';

/** A network and images for it. */
export interface NetworkCase {
  readonly network: Network;
  /** Shape `[count, ...network.input.shape]`. */
  readonly images: Uint8Array;
  readonly count: number;
}

/** Random legal networks; shrinks towards fewer stages, channels and pixels. */
export function arbitraryNetwork(options: RandomNetworkOptions = {}): fc.Arbitrary<Network> {
  const { maxChannels = 10, maxSize = 11, maxStages = 4 } = options;
  return fc
    .record({
      maxStages: fc.integer({ min: 0, max: maxStages }),
      maxChannels: fc.integer({ min: 1, max: maxChannels }),
      maxSize: fc.integer({ min: 1, max: maxSize }),
      seed: fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })),
    })
    .map(({ seed, ...limits }) => randomNetwork(seed, limits));
}

/** Random legal networks, each with 1 to `maxImages` random images (default 3). */
export function arbitraryNetworkCase(
  options: RandomNetworkOptions & { readonly maxImages?: number } = {},
): fc.Arbitrary<NetworkCase> {
  return fc
    .tuple(arbitraryNetwork(options), fc.integer({ min: 1, max: options.maxImages ?? 3 }), fc.integer())
    .map(([network, count, seed]) => ({ network, count, images: randomImages(network, count, seed) }));
}
