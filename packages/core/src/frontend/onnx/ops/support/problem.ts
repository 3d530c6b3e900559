import { fail } from '../../../../diagnostics/index.ts';
import { escaped, printable } from '../../place.ts';
import type { EvaluationContext } from '../../operator.ts';

/** Where an operator application stands, for messages: `node 'conv1' (Conv)`. */
function place({ node }: EvaluationContext): string {
  return `node '${printable(node.name)}' (${printable(node.operator)})`;
}

/**
 * Refuses something that ONNX allows and the frontend does not evaluate.
 *
 * @throws TallyError `onnx-unsupported`.
 */
export function unsupported(context: EvaluationContext, message: string, remedy: string): never {
  return fail('onnx-unsupported', place(context), escaped(message), remedy);
}

/**
 * Refuses inputs or attributes that break the operator's own rules.
 *
 * @throws TallyError `onnx-invalid`.
 */
export function invalid(context: EvaluationContext, message: string, remedy: string): never {
  return fail('onnx-invalid', place(context), escaped(message), remedy);
}
