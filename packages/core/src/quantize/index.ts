export { interpretModel, type Interpretation } from './interpret.ts';
export { explainLowering, lower, type LoweredPlace, type Lowering } from './lower.ts';
export { roundHalfToEven, weightCodes } from './weights.ts';
