/** Networks from elsewhere: ONNX and QONNX files decoded, simplified, run in plain TypeScript, imported as models. */
export { importOnnx, type ImportedNetwork, type ImportOptions } from './import/import.ts';
export type { ImportRemark } from './import/importer.ts';
export { checkSupported, type FindOperator } from './onnx/check-supported.ts';
export { decodeOnnx, type DecodeOptions } from './onnx/decode.ts';
export { createFloatExecutor, type FloatExecutor } from './onnx/executor.ts';
export type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxValueInfo } from './onnx/graph.ts';
export type { OnnxLimits } from './onnx/limits.ts';
export type { OnnxOperator, Placement } from './onnx/operator.ts';
export { findOperator, operators as onnxOperators } from './onnx/registry.ts';
export type { SimplifiedGraph, ValueType } from './onnx/simplified.ts';
export { simplify, type SimplifyOptions } from './onnx/simplify.ts';
export type { OnnxElementType, OnnxTensor, OnnxTensorData } from './onnx/tensor.ts';
