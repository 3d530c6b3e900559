import {
  explainLowering,
  fail,
  hasQuantizers,
  TallyError,
  type EvaluationArithmetic,
  type Model,
} from '@tally/core';

/**
 * In which arithmetic a model is evaluated:
 * - `float32`: as in training, by ONNX Runtime;
 * - `float64`: sums of codes exactly, everything else in float64;
 * - `fixed-residuals`: the same, and what residual additions, and batch norms behind them, read rounded to the fixed point in which
 *   the integer network of the same model holds it.
 */
export type ArithmeticName = EvaluationArithmetic['name'];

const UNROUNDED = { residualFractionBits: null, pooledFractionBits: {}, normalized: {} } as const;

/** The fixed point of the residual streams of the model's integer network. @throws TallyError as lowering. */
function fixedPointOf(model: Model): Omit<EvaluationArithmetic, 'name'> {
  const { nodes } = model.graph;
  const layers = new Set(nodes.filter((node) => 'weight' in node).map(({ id }) => id));
  // Only these read what is rounded.
  const mayRound = nodes.some(
    (node) => node.kind === 'add' || (node.kind === 'batch-norm' && !layers.has(node.input)),
  );
  const stream = mayRound ? explainLowering(model).stream : null;
  if (stream === null) return UNROUNDED;
  const { fractionBits, pooled, normalized } = stream;
  if (!nodes.some(({ kind }) => kind === 'add') && normalized.size === 0) return UNROUNDED;
  return {
    residualFractionBits: fractionBits,
    pooledFractionBits: Object.fromEntries(pooled),
    normalized: Object.fromEntries(normalized),
  };
}

/**
 * The arithmetic for a model. Not chosen (null): float32 without quantizers; with them `fixed-residuals`, the
 * arithmetic that agrees with the integer network, or `float64` where the model has none.
 *
 * @throws TallyError `arithmetic-needs-integers` when `fixed-residuals` is asked for and the model cannot be lowered
 */
export function arithmeticOf(model: Model, chosen: ArithmeticName | null): EvaluationArithmetic {
  const name = chosen ?? (hasQuantizers(model.graph) ? 'fixed-residuals' : 'float32');
  if (name !== 'fixed-residuals') return { name, ...UNROUNDED };
  try {
    return { name, ...fixedPointOf(model) };
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    if (chosen === null) return { name: 'float64', ...UNROUNDED };
    return fail(
      'arithmetic-needs-integers',
      '--arithmetic',
      `is fixed-residuals, the fixed point of the model's integer network, and it has none: ${error.message}`,
      'evaluate in float64, or quantize every layer',
    );
  }
}
