import { normaliseDomain, QONNX_DOMAINS } from './domains.ts';
import type { OnnxOperator } from './operator.ts';
import { activations } from './ops/activations.ts';
import { args } from './ops/arg.ts';
import { arithmetics } from './ops/arithmetic.ts';
import { averagePool } from './ops/average-pool.ts';
import { batchNormalization } from './ops/batch-normalization.ts';
import { casts } from './ops/cast.ts';
import { clip } from './ops/clip.ts';
import { comparisons } from './ops/compare.ts';
import { concat } from './ops/concat.ts';
import { constants } from './ops/constant.ts';
import { conv } from './ops/conv.ts';
import { dequantizeLinear } from './ops/dequantize-linear.ts';
import { dynamicQuantizeLinear } from './ops/dynamic-quantize-linear.ts';
import { expansions } from './ops/expand.ts';
import { gather } from './ops/gather.ts';
import { gemm } from './ops/gemm.ts';
import { globalPools } from './ops/global-pool.ts';
import { integerProducts } from './ops/integer-products.ts';
import { lrn } from './ops/lrn.ts';
import { matMul } from './ops/matmul.ts';
import { maxPool } from './ops/max-pool.ts';
import { pad } from './ops/pad.ts';
import { passThroughs } from './ops/pass-through.ts';
import { pow } from './ops/pow.ts';
import { prelu } from './ops/prelu.ts';
import { bipolarQuant } from './ops/qonnx/bipolar-quant.ts';
import { multiThreshold } from './ops/qonnx/multi-threshold.ts';
import { QONNX_DOMAIN } from './ops/qonnx/parameters.ts';
import { quants } from './ops/qonnx/quant.ts';
import { truncs } from './ops/qonnx/trunc.ts';
import { quantizeLinear } from './ops/quantize-linear.ts';
import { range } from './ops/range.ts';
import { reductions } from './ops/reduce.ts';
import { reshapes } from './ops/reshape.ts';
import { resizes } from './ops/resize.ts';
import { shapesOf } from './ops/shape-of.ts';
import { slice } from './ops/slice.ts';
import { softmaxes } from './ops/softmax.ts';
import { split } from './ops/split.ts';
import { topK } from './ops/top-k.ts';
import { transpose } from './ops/transpose.ts';
import { unaryMath } from './ops/unary-math.ts';
import { variadics } from './ops/variadic.ts';
import { where } from './ops/where.ts';

/** Every operator that the frontend reads; a new one is a file under `ops/` and a line here. */
export const operators: readonly OnnxOperator[] = [
  // Multiply-accumulates.
  conv,
  gemm,
  matMul,
  // Between layers.
  batchNormalization,
  ...activations,
  clip,
  prelu,
  maxPool,
  averagePool,
  ...globalPools,
  ...resizes,
  lrn,
  ...softmaxes,
  // Arithmetic and logic.
  ...arithmetics,
  pow,
  ...unaryMath,
  ...variadics,
  ...comparisons,
  where,
  ...reductions,
  ...args,
  topK,
  // Moving elements.
  concat,
  split,
  slice,
  pad,
  ...reshapes,
  transpose,
  ...expansions,
  gather,
  // Constants, types and shapes.
  ...passThroughs,
  ...casts,
  ...constants,
  ...shapesOf,
  range,
  // Quantization.
  quantizeLinear,
  dequantizeLinear,
  dynamicQuantizeLinear,
  ...integerProducts,
  // QONNX.
  ...quants,
  bipolarQuant,
  ...truncs,
  multiThreshold,
];

/**
 * The operator of that name whose semantics hold at the version of its operator set.
 *
 * @param domain '' (or `ai.onnx`) for ONNX's own; older names of QONNX's domain are understood.
 * @returns undefined when there is none.
 */
export function findOperator(domain: string, name: string, opset: number): OnnxOperator | undefined {
  const known = QONNX_DOMAINS.includes(domain) ? QONNX_DOMAIN : normaliseDomain(domain);
  return operators.find(
    (operator) =>
      operator.domain === known &&
      operator.name === name &&
      opset >= operator.opsets[0] &&
      opset <= operator.opsets[1],
  );
}
