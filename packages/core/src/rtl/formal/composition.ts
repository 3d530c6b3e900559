import {
  add,
  and,
  assign,
  comment,
  equal,
  input,
  literal,
  multiply,
  net,
  not,
  ref,
  reduceOr,
  slice,
  subtract,
  zeroExtend,
  type Expression,
  type Item,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { defineModule } from '../modules/module.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { assertThat, instanceOf } from './monitor.ts';
import { activationValue, operandLine, weightValue } from './search-lines.ts';
import { specifiedKeys } from './specification.ts';

/** One entry's two match lines for the lines that the search driver puts out in a slot. */
function matchesOf(
  geometry: Geometry,
  weight: Ref,
  activation: Ref,
  lines: (name: string, bits?: number) => Ref,
) {
  const { spec } = geometry;
  const bits = spec.weightBits;
  const operand = lines(operandLine(geometry).name, spec.activationBits);
  const found = spec.search === 'pair' ? equal(activation, operand) : reduceOr(and(activation, operand));
  switch (spec.weightSystem) {
    case 'sign-magnitude': {
      const rail = (name: string) =>
        and(
          found,
          equal(slice(weight, 0, bits - 1), lines('search_magnitude', bits - 1)),
          equal(slice(weight, bits - 1, 1), lines(name)),
        );
      return [rail('search_pos'), rail('search_neg')] as const;
    }
    case 'twos-complement':
      return [
        and(found, lines('enable_pos'), equal(weight, lines('search_pos', bits))),
        and(found, equal(weight, lines('search_neg', bits))),
      ] as const;
    default:
      return spec.weightSystem satisfies never;
  }
}

/**
 * What puts the units together: for one entry, any weight, any activation, the matches of all slots, each times the value
 * of its class, add up to w * a; and no class finds an entry twice. Sums over entries and over keys may be exchanged, so
 * that with popcounts, counters, multiplier and accumulator the macro computes the sum of w * a.
 */
export function compositionJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec } = geometry;
  const driver = moduleNamed({ modules }, 'tally_search_driver');
  const weight = ref('weight', spec.weightBits);
  const activation = ref('activation', spec.activationBits);
  const keys = specifiedKeys(spec);
  const bits = spec.weightBits + spec.activationBits + 2;
  const product = multiply(
    weightValue(geometry, weight, 0, bits),
    activationValue(geometry, activation, 0, bits),
  );
  const outputs = driver.ports.filter(({ direction }) => direction === 'output').map(({ of }) => of);
  const perSlot = keys.map((key, slot) => {
    const named = (name: string, width = 1) => ref(`${name}_${slot}`, width);
    const [pos, neg] = [named('pos'), named('neg')];
    const found = matchesOf(geometry, weight, activation, named);
    const items: Item[] = [
      ...outputs.map((of) => net(named(of.name, of.bits))),
      instanceOf(driver, `u_slot_${slot}`, {
        active: literal(1, 1),
        phase: literal(geometry.phaseBits, slot),
        ...Object.fromEntries(outputs.map((of) => [of.name, named(of.name, of.bits)])),
      }),
      net(pos),
      net(neg),
      assign(pos, found[0]),
      assign(neg, found[1]),
    ];
    const wide = (of: Ref) => zeroExtend(of, bits);
    const term: Expression = multiply(literal(bits, key.value), subtract(wide(pos), wide(neg)));
    return { key, items, pos, neg, term };
  });
  const classes = [...new Set(keys.map(({ classIndex }) => classIndex))];
  const once = classes.map((classIndex) => {
    const lines = perSlot
      .filter(({ key }) => key.classIndex === classIndex)
      .flatMap(({ pos, neg }) => [pos, neg]);
    const sum = add(...lines.map((of) => zeroExtend(of, 8)));
    return assertThat(
      `class_${classIndex}_finds_once`,
      not({ kind: 'binary', operator: 'greater', left: sum, right: literal(8, 1) }),
    );
  });
  // Sign and magnitude 0 is no legal code with a sign: it counts as 0, which is what it would be worth.
  const module = defineModule({
    name: 'tally_entry_composition',
    about: ['All slots of a step for one entry, side by side.'],
    ports: [input(weight), input(activation)],
    items: [
      ...perSlot.flatMap(({ items }) => items),
      comment('Properties.'),
      assertThat('product_of_the_entry', equal(add(...perSlot.map(({ term }) => term)), product)),
      ...once,
    ],
  });
  return [
    job(
      {
        unit: 'composition',
        property: 'entry',
        claim:
          'over the slots of a step an entry adds value times match to w * a, and no class finds it twice',
        size: `${keys.length} keys, all weights and activations`,
        method: { kind: 'window', clocks: 1 },
        module,
      },
      modules,
      edit,
    ),
  ];
}
