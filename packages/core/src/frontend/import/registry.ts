import { normaliseDomain, QONNX_DOMAINS } from '../onnx/domains.ts';
import type { OnnxNode } from '../onnx/graph.ts';
import { clip, hardSigmoid, leakyRelu, relu } from './rules/activation.ts';
import { arithmetic } from './rules/arithmetic.ts';
import { batchNormalization } from './rules/batch-normalization.ts';
import { argMax, softmax, topK } from './rules/classifier-end.ts';
import { concat } from './rules/concat.ts';
import { conv } from './rules/conv.ts';
import { gemm, matMul } from './rules/fully-connected.ts';
import { pad } from './rules/pad.ts';
import { averagePool, globalAveragePool, globalMaxPool, maxPool, reduceMean } from './rules/pool.ts';
import { dequantizeLinear, quantizeLinear } from './rules/qdq.ts';
import { bipolarQuantRule, multiThreshold, quant, trunc } from './rules/qonnx.ts';
import { cast, reshape, transpose } from './rules/reshape.ts';
import { resize } from './rules/resize.ts';
import { slice, split } from './rules/slice.ts';
import { where } from './rules/where.ts';
import type { ImportRule } from './scope.ts';

/** Rules by operator of ONNX's own domain; a new operator is a rule in `rules/` and a line here. */
const ONNX_RULES: ReadonlyMap<string, ImportRule> = new Map([
  ['Conv', conv],
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['BatchNormalization', batchNormalization],
  ['Add', arithmetic('Add')],
  ['Sub', arithmetic('Sub')],
  ['Mul', arithmetic('Mul')],
  ['Div', arithmetic('Div')],
  ['Relu', relu],
  ['LeakyRelu', leakyRelu],
  ['HardSigmoid', hardSigmoid],
  ['Clip', clip],
  ['MaxPool', maxPool],
  ['AveragePool', averagePool],
  ['GlobalMaxPool', globalMaxPool],
  ['GlobalAveragePool', globalAveragePool],
  ['ReduceMean', reduceMean],
  ['Concat', concat],
  ['Slice', slice],
  ['Split', split],
  ['Pad', pad],
  ['Resize', resize],
  ['Upsample', resize],
  ['Flatten', reshape],
  ['Reshape', reshape],
  ['Squeeze', reshape],
  ['Unsqueeze', reshape],
  ['Identity', reshape],
  ['Dropout', reshape],
  ['Cast', cast],
  ['Transpose', transpose],
  ['Softmax', softmax],
  ['LogSoftmax', softmax],
  ['ArgMax', argMax],
  ['TopK', topK],
  ['Where', where],
  ['QuantizeLinear', quantizeLinear],
  ['DequantizeLinear', dequantizeLinear],
]);

/** Rules by operator of QONNX. */
const QONNX_RULES: ReadonlyMap<string, ImportRule> = new Map([
  ['Quant', quant],
  ['IntQuant', quant],
  ['BipolarQuant', bipolarQuantRule],
  ['Trunc', trunc],
  ['MultiThreshold', multiThreshold],
]);

/** The rule of a node; undefined for an operator that has no form in a model. */
export function findImportRule({ domain, operator }: OnnxNode): ImportRule | undefined {
  if (QONNX_DOMAINS.includes(domain)) return QONNX_RULES.get(operator);
  return normaliseDomain(domain) === '' ? ONNX_RULES.get(operator) : undefined;
}
