import type { OnnxNode } from './graph.ts';
import type { OnnxTensor } from './tensor.ts';

/** Where an operator ends up when a network is lowered for the macro. */
export type Placement =
  /** Its multiply-accumulates run on the counting macro. */
  | 'macro'
  /** Runs beside the macro on integers and is counted as such. */
  | 'host'
  /** Disappears: folded into constants, thresholds, or a change of shape. */
  | 'folded'
  /** Runs in the float executor only; a network that needs it at run time is refused by the lowering. */
  | 'float-only';

/** What an operator needs besides its inputs. */
export interface EvaluationContext {
  readonly node: OnnxNode;
  /** Version of the node's operator set. */
  readonly opset: number;
}

/**
 * An ONNX or QONNX operator of the frontend: a file under `ops/` with one of these (or a few that
 * share their code) and one line in the registry. FEATURES.md is generated from the registry.
 */
export interface OnnxOperator {
  readonly name: string;
  /** '' is ONNX's own domain. */
  readonly domain: string;
  /** First and last version of the operator set for which the semantics here hold. */
  readonly opsets: readonly [first: number, last: number];
  readonly placement: Placement;
  /** Names of the attributes that are understood; any other is refused, by name. */
  readonly attributes: readonly string[];
  /** One line for FEATURES.md: what is not supported, or ''. */
  readonly limits: string;
  /**
   * The reference semantics in plain TypeScript, written for clarity.
   *
   * @param inputs null where an optional input is absent.
   * @returns one tensor per output of the node, null for an optional output that was not computed.
   * @throws TallyError `onnx-unsupported` (type, attribute value) or `onnx-invalid` (shapes that do
   *   not fit), naming node, operator, what and why.
   */
  evaluate(
    inputs: readonly (OnnxTensor | null)[],
    context: EvaluationContext,
  ): readonly (OnnxTensor | null)[];
}
