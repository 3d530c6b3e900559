/** For tests only; not part of the public interface (fast-check is a development dependency). */
export { arbitraryNetwork, arbitraryNetworkCase, type NetworkCase } from './arbitrary.ts';
export { randomFloatModel } from './float-model.ts';
export { withNormalizedQuantizers } from './normalized-quantizers.ts';
export { randomModel } from './random-model.ts';
export { seededRandom, type Random } from './random.ts';
export { randomImages, randomNetwork, type RandomNetworkOptions } from './random-network.ts';
