import {
  add,
  and,
  conditional,
  equal,
  literal,
  ref,
  subtract,
  zero,
  zeroExtend,
  type Expression,
} from '../ast/index.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { assertThat, monitored, past, remember, afterwards } from './monitor.ts';
import { specifiedKeys } from './specification.ts';

/** `value * (positives - negatives)` without a multiplier: shifted terms of the constant added up. */
function timesConstant(value: number, of: Expression, bits: number): Expression {
  const terms = Array.from({ length: 31 }, (_, bit) => bit)
    .filter((bit) => (value >> bit) % 2 === 1 && bit < bits)
    .map(
      (bit) =>
        ({
          kind: 'binary',
          operator: 'shift-left',
          left: of,
          right: { kind: 'integer', value: bit },
        }) as const,
    );
  return terms.length === 0 ? zero(bits) : add(...terms);
}

/** Stage 3 of the contract, for all counts and every class. */
export function classMultiplierJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec, countBits, classBits } = geometry;
  const { partialSumBits } = spec;
  const [advance, last] = [ref('advance'), ref('c_cls_last_q')];
  const index = ref('c_class_q', classBits);
  const [pos, neg] = [ref('cnt_pos_q', countBits), ref('cnt_neg_q', countBits)];
  const product = ref('product_q', partialSumBits);
  const width = Math.max(partialSumBits, countBits);
  const wide = (of: typeof pos) => zeroExtend(past(of), width);
  const difference = subtract(wide(pos), wide(neg));
  const classes = specifiedKeys(spec).filter(({ isFirst }) => isFirst);
  const [taken, wideProduct] = [and(past(advance), past(last)), zeroExtend(product, width)];
  const mask = literal(width, (1n << BigInt(partialSumBits)) - 1n);
  const items = classes.map(({ classIndex, value }) =>
    assertThat(
      `class_${classIndex}_of_${value}`,
      afterwards(
        equal(wideProduct, and(mask, timesConstant(value, difference, width))),
        taken,
        equal(past(index), literal(classBits, classIndex)),
      ),
    ),
  );
  const holds = assertThat('holds', afterwards(equal(product, conditional(taken, product, past(product)))));
  return [
    job(
      {
        unit: 'class-multiplier',
        property: 'value-times-difference',
        claim: 'the product is the value of the class times positive minus negative count, else it holds',
        size: `${spec.entries} entries, ${classes.length} classes`,
        method: { kind: 'window', clocks: 2 },
        module: monitored(moduleNamed({ modules }, 'tally_class_multiplier'), [
          ...remember(advance, last, index, pos, neg, product),
          ...items,
          holds,
        ]),
      },
      modules,
      edit,
    ),
  ];
}
