/** LSQ training: an operator registry with backward rules, emitted as plain ONNX graphs. */
export { resnet8, type Architecture } from './architectures/resnet8.ts';
export { augmentImage, mixImages, type Augmentation } from './augment.ts';
export { evalGraph, inferenceGraph, probeGraph, probeName } from './eval-graph.ts';
export { initialModel } from './initialize.ts';
export {
  isTrainable,
  parameterSpecs,
  valueShapes,
  weightShapesOf,
  type ParameterRole,
  type ParameterSpec,
} from './parameters.ts';
export {
  initialStep,
  nonNegativeValues,
  quantizedGraph,
  quantizedValues,
  refuseQuantized,
  withQuantizers,
  type LayerPrecision,
  type Precision,
} from './quantizers.ts';
export { Random } from './random.ts';
export { learningRate, type Schedule } from './schedule.ts';
export type { SgdOptions } from './sgd.ts';
export {
  graphNames,
  trainStepGraph,
  type Distillation,
  type EmittedGraph,
  type StepOptions,
} from './step-graph.ts';
export { statisticsGraph } from './statistics-graph.ts';
export { unquantized } from './unquantized.ts';
export { valueGraph, valueName } from './value-graph.ts';
