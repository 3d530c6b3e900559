export { exactBatchNormChannels } from './batch-norm.ts';
export { interpretModel, type Interpretation, type RealValue } from './interpret.ts';
export { explainLowering, lower, type LoweredPlace, type Lowering } from './lower.ts';
export { roundHalfToEven, weightCodes } from './weights.ts';
