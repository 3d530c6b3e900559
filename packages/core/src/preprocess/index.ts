export { type Interpolation } from './filter.ts';
export { toPlanar, type RgbImage } from './image.ts';
export { NORMALIZATIONS, normalizationTable, normalize, type Normalization } from './normalization.ts';
export { centerCrop, resizeAndCrop, resizeShortSide, shortSideSize, type ImageSize } from './resize.ts';
export {
  applyTransform,
  parseTransform,
  parseTransformText,
  TRANSFORMS,
  transformShape,
  transformText,
  type Transform,
  type TransformedImage,
} from './transform.ts';
export { applyView, randomView, type View } from './view.ts';
