import {
  alwaysComb,
  choose,
  input,
  literal,
  output,
  ref,
  set,
  when,
  zero,
  type Module,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import type { SearchKey } from '../keys.ts';
import { defineModule } from './module.ts';

/** What the driver says in one slot: signal and value. Signals that are left out are 0. */
type Slot = ReadonlyMap<Ref, number>;

/** Nets between the driver, the arrays and the stages behind them. */
export function searchNets({ spec, classBits }: Geometry) {
  const dualBits = spec.weightSystem === 'sign-magnitude' ? 1 : spec.weightBits;
  return {
    search: ref('search'),
    clsFirst: ref('cls_first'),
    clsLast: ref('cls_last'),
    vecFirst: ref('vec_first'),
    classIndex: ref('class_index', classBits),
    /** Sign-magnitude only. */
    magnitude: ref('search_magnitude', spec.weightBits - 1),
    /** Two's complement only. */
    enablePos: ref('enable_pos'),
    pos: ref('search_pos', dualBits),
    neg: ref('search_neg', dualBits),
    /** The activation's code, or one line per bit plane. */
    operand: ref(spec.search === 'pair' ? 'search_activation' : 'search_plane', spec.activationBits),
  };
}

/** Two's complement of +m exists up to 2^(bits-1) - 1. */
function weightLines(geometry: Geometry, magnitude: number): [Ref, number][] {
  const { weightSystem, weightBits } = geometry.spec;
  const nets = searchNets(geometry);
  switch (weightSystem) {
    case 'sign-magnitude':
      return [
        [nets.magnitude, magnitude],
        [nets.pos, 0],
        [nets.neg, 1],
      ];
    case 'twos-complement': {
      const exists = magnitude < 2 ** (weightBits - 1);
      return [
        [nets.enablePos, exists ? 1 : 0],
        [nets.pos, exists ? magnitude : 0],
        [nets.neg, 2 ** weightBits - magnitude],
      ];
    }
    default:
      return weightSystem satisfies never;
  }
}

function slotOf(geometry: Geometry, key: SearchKey, index: number): Slot {
  const nets = searchNets(geometry);
  const { keys } = geometry.keys;
  const flag = (value: boolean) => (value ? 1 : 0);
  return new Map<Ref, number>([
    [nets.search, 1],
    [nets.clsFirst, flag(keys[index - 1]?.classIndex !== key.classIndex)],
    [nets.clsLast, flag(keys[index + 1]?.classIndex !== key.classIndex)],
    [nets.vecFirst, flag(key.classIndex === 0)],
    [nets.classIndex, key.classIndex],
    ...weightLines(geometry, key.magnitude),
    [nets.operand, geometry.spec.search === 'pair' ? key.operand : 2 ** key.operand],
  ]);
}

/** Search driver: a ROM of the keys by phase; silent when no step runs or its keys are over. */
export function searchDriver(geometry: Geometry): Module {
  const { spec, phaseBits, keys } = geometry;
  const nets = searchNets(geometry);
  const active = ref('active');
  const phase = ref('phase', phaseBits);
  const outputs = Object.values(nets).filter(
    (one) => one !== (spec.weightSystem === 'sign-magnitude' ? nets.enablePos : nets.magnitude),
  );
  const assignments = (slot: Slot) =>
    [...slot]
      .filter(([, value]) => value !== 0)
      .map(([target, value]) => set(target, literal(target.bits, value)));
  return defineModule({
    name: 'tally_search_driver',
    about: [
      `Search driver: the ${keys.keys.length} keys of scheme ${spec.scheme}, one a phase.`,
      'Key k is the code of +m on the positive rail, of -m on the negative one, and the operand of the activations.',
    ],
    ports: [input(active), input(phase), ...outputs.map((one) => output(one))],
    items: [
      alwaysComb(
        ...outputs.map((one) => set(one, zero(one.bits))),
        when(active, [
          choose(
            phase,
            keys.keys.map((key, index) => ({
              values: [literal(phaseBits, index)],
              body: [
                {
                  kind: 'comment',
                  lines: [
                    `|w| = ${key.magnitude}, ${spec.search === 'pair' ? 'a =' : 'plane'} ${key.operand}: class of ${keys.classValues[key.classIndex]}`,
                  ],
                },
                ...assignments(slotOf(geometry, key, index)),
              ],
            })),
            [set(nets.search, literal(1, 0))],
          ),
        ]),
      ),
    ],
  });
}
