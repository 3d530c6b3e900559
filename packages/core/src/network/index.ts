export { codeRange, isCodeFormat, type CodeFormat, type CodeRange, type CodeSystem } from './codes.ts';
export { inputsOf } from './analyse.ts';
export {
  digitCount,
  digitOf,
  magnitudeBits,
  splitActivationDigits,
  splitWeightDigits,
  type SignedDigits,
  type UnsignedDigits,
} from './digits.ts';
export {
  decodeNetwork,
  encodeNetwork,
  NETWORK_FORMAT_VERSION,
  type JsonValue,
  type NetworkFile,
  type Provenance,
} from './file/format.ts';
export { hashNetwork } from './hash.ts';
export { addOperations, hostWork, type HostNode, type HostOperations } from './host-work.ts';
export { elementCount, valueRange } from './integers.ts';
export { isMacNode, listMacLayers, type MacLayer } from './mac-layer.ts';
export {
  INPUT_ID,
  type AddNode,
  type AffineNode,
  type AveragePoolNode,
  type ConcatNode,
  type ConvNode,
  type FlattenNode,
  type FullyConnectedNode,
  type GlobalAveragePoolNode,
  type MacNode,
  type MaxPoolNode,
  type Network,
  type NetworkNode,
  type PadNode,
  type ReluNode,
  type Shape,
  type SliceNode,
  type UpsampleNode,
  type ThresholdNode,
  type Triple,
  type Weights,
  type Window,
} from './network.ts';
export type { CodesType, IntegersType, TensorType } from './tensor-type.ts';
export { inferTypes, verify } from './verify.ts';
export { windowOutput } from './window.ts';
