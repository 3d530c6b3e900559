/** Block reconstruction: learned rounding and step sizes, block by block, against the float network's outputs. */
export { ADAM, adamCorrections } from './adam.ts';
export {
  blockForwardGraph,
  blockNames,
  blockStepGraph,
  type BlockStep,
  type BlockStepOptions,
  type Learned,
  type LearnedGroup,
} from './block-graph.ts';
export { cropStride, validOutputs, type Stretch } from './crop.ts';
export { readHalves, toHalf, writeHalves } from './half.ts';
export { blockGraph, partition, type Block } from './partition.ts';
export {
  hardRounded,
  initialRounding,
  inverseRectifiedSigmoid,
  rectifiedSigmoid,
  undecidedShare,
  type InitialRounding,
} from './rounding.ts';
export { defaultRegularizer, regularizerAt, type RegularizerSchedule } from './schedule.ts';
