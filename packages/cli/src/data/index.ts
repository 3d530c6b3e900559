export { openCached, type CacheOptions } from './cache.ts';
export {
  CIFAR10_CLASSES,
  CIFAR10_SHAPE,
  openCifar10,
  readCifar10,
  type Cifar10Images,
  type Cifar10Split,
} from './cifar10.ts';
export type { Dataset, DatasetKind } from './dataset.ts';
export { openDataset, type OpenOptions } from './open.ts';
export {
  inBatches,
  streamImages,
  type ImageBatch,
  type ImageStream,
  type SkippedImage,
  type StreamCounters,
  type StreamedImage,
  type StreamOptions,
} from './stream.ts';
