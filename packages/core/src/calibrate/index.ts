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
export {
  defaultWeightSteps,
  minMaxStep,
  weightError,
  weightSteps,
  type WeightStepOptions,
} from './weight-steps.ts';
