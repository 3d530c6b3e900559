import { fail } from '../diagnostics/index.ts';
import type { ModelQuantizeNode } from '../model/model.ts';
import { codeGrid, type CodeGrid } from './code-grid.ts';
import type { ParameterReader } from './parameters.ts';
import { exactly } from './rational.ts';

/**
 * A model's activation quantizer, checked.
 *
 * @throws TallyError `code-width-out-of-range`, `levels-out-of-range`, `zero-point-illegal`, or as the reader.
 */
export function quantizerGrid(node: ModelQuantizeNode, parameters: ParameterReader, path: string): CodeGrid {
  const { bits, levels, zeroPoint } = node;
  if (!Number.isInteger(bits) || bits < 1 || bits > 8) {
    fail(
      'code-width-out-of-range',
      `${path}.bits`,
      `is ${bits}, activation codes have 1 to 8 bits`,
      'use 1 to 8 bits',
    );
  }
  if (!Number.isInteger(levels) || levels < 2 || levels > 2 ** bits) {
    fail(
      'levels-out-of-range',
      `${path}.levels`,
      `is ${levels}, a quantizer of ${bits} bits has 2 to ${2 ** bits} levels`,
      'reduce the levels or widen the codes',
    );
  }
  if (!Number.isInteger(2 * zeroPoint) || zeroPoint < 0 || zeroPoint > levels - 1) {
    fail(
      'zero-point-illegal',
      `${path}.zeroPoint`,
      `is ${zeroPoint}, must be a multiple of 1/2 from 0 to ${levels - 1}`,
      'shift the codes so that real 0 is one of them, or half-way between two',
    );
  }
  const [step] = parameters.readPositive(node.step, `${path}.step`, [[], [1]]);
  return codeGrid(exactly(step), bits, zeroPoint, levels);
}
