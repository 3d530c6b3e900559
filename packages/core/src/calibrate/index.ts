/** Post-training calibration: steps, statistics and corrections without training. */
export { activationStep, type ActivationStep } from './activation-steps.ts';
export {
  calibrated,
  type ActivationChoice,
  type Calibrated,
  type CalibrationOptions,
  type WeightChoice,
} from './calibrated.ts';
export { ValueHistogram } from './histogram.ts';
export { defaultWeightSteps, weightError, weightSteps, type WeightStepOptions } from './weight-steps.ts';
export { correctLayers, type LayerCorrection } from './correct.ts';
export {
  correctionGraph,
  correctionNames,
  type CorrectionGraph,
  type CorrectionKind,
} from './correction-graph.ts';
export { equalized, type Equalized, type EqualizedPair } from './equalize.ts';
export {
  equalizableValues,
  equalizedActivations,
  type Equalizable,
  type EqualizableValue,
  type EqualizedActivations,
  type EqualizedValue,
} from './equalize-activations.ts';
export { assignBits, type Assignment, type BitsOption, type LayerOptions } from './assign-bits.ts';
export {
  layerIds,
  matchesPattern,
  parseBitsRules,
  precisionFromRules,
  precisionText,
  type BitsRule,
} from './bits.ts';
export { isolated } from './isolate.ts';
