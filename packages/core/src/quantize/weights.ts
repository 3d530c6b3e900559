export { roundHalfToEven, weightCodes } from '../model/weight-codes.ts';
