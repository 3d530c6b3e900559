import type { Check } from '../check.ts';
import type { ThresholdNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';

/** Integers or codes of any shape to codes of the same shape; channels are the first axis. */
export function checkThreshold(node: ThresholdNode, input: TensorType, check: Check): TensorType | null {
  if (!check.integer('bits', node.bits, 1, 8)) return null;
  const [channels = 0] = input.shape;
  const steps = 2 ** node.bits - 1;
  const rows = node.direction.length;
  if (rows !== 1 && rows !== channels) {
    check.report(
      'length-mismatch',
      'direction',
      `has ${rows} elements, must have ${channels} (one per channel) or 1 (shared)`,
      'give one direction per channel, or a single one',
    );
    return null;
  }
  const why = `${rows} channel rows x ${steps} thresholds of ${node.bits}-bit codes`;
  if (!check.length('thresholds', node.thresholds.length, rows * steps, why)) return null;
  for (let row = 0; row < rows; row++) {
    const direction = node.direction[row];
    if (direction !== 1 && direction !== -1) {
      check.report(
        'threshold-direction-illegal',
        `direction[${row}]`,
        `is ${direction}, must be 1 or -1`,
        'set it to 1 (rises) or -1 (falls)',
      );
      continue;
    }
    for (let k = 1; k < steps; k++) {
      const before = node.thresholds[row * steps + k - 1];
      const here = node.thresholds[row * steps + k];
      if ((here - before) * direction < 0) {
        check.report(
          'thresholds-not-monotone',
          `thresholds[${row * steps + k}]`,
          `is ${here} after ${before}, thresholds of a ${direction > 0 ? 'rising channel must ascend' : 'falling channel must descend'}`,
          'sort the thresholds of the channel in its direction',
        );
        break;
      }
    }
  }
  return check.failed ? null : { kind: 'codes', shape: input.shape, bits: node.bits };
}
