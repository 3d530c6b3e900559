import {
  add,
  equal,
  literal,
  net,
  ref,
  zeroExtend,
  assign,
  input,
  type Item,
  type Module,
} from '../ast/index.ts';
import { defineModule } from '../modules/module.ts';
import { popcountName } from '../modules/popcount.ts';
import type { ProofContext } from './context.ts';
import { moduleNamed } from './context.ts';
import type { ProofJob } from './job.ts';
import { assertThat, bitOf, countOnes, instanceOf, monitored } from './monitor.ts';
import { concat, zero } from '../ast/index.ts';

/** Trees up to this many inputs are compared with the plain sum at once. */
const DIRECT = 12;

/**
 * By induction over the inputs: nothing set counts 0, and with the inputs above k at 0, input k adds itself to the count.
 * Neighbouring copies of the tree differ in one path, which is what makes it easy; nothing of the tree's shape is used.
 */
function byPrefixes(tree: Module, inputs: number, bits: number): Module {
  const all = ref('bits', inputs);
  const counts = Array.from({ length: inputs + 1 }, (_, k) => ref(`count_of_${k}`, bits));
  const prefixes = Array.from({ length: inputs + 1 }, (_, k) => ref(`first_${k}`, inputs));
  const items: Item[] = prefixes.flatMap((prefix, k) => {
    const kept = Array.from({ length: k }, (_, index) => bitOf(all, k - 1 - index));
    const value = k === inputs ? all : k === 0 ? zero(inputs) : concat(zero(inputs - k), ...kept);
    return [
      net(prefix),
      net(counts[k]),
      assign(prefix, value),
      instanceOf(tree, `u_tree_${k}`, { bits: prefix, count: counts[k] }),
      k === 0
        ? assertThat('none', equal(counts[0], literal(bits, 0)))
        : assertThat(`adds_${k}`, equal(counts[k], add(counts[k - 1], zeroExtend(bitOf(all, k - 1), bits)))),
    ];
  });
  return defineModule({
    name: `${tree.name}_by_prefixes`,
    about: ['A popcount tree beside itself with one input fewer, for every number of inputs.'],
    ports: [input(all)],
    items,
  });
}

/** Counts equal the plain sum of the inputs, for all inputs. */
export function popcountJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const sizes = [...new Set([geometry.spec.thresholds, geometry.bankEntries])];
  return sizes.map((inputs) => {
    const tree = moduleNamed({ modules }, popcountName(inputs));
    const bits = tree.ports.find(({ direction }) => direction === 'output')?.of.bits ?? 1;
    const direct = inputs <= DIRECT;
    const [all, count] = [ref('bits', inputs), ref('count', bits)];
    const ones = Array.from({ length: inputs }, (_, index) => bitOf(all, index));
    return job(
      {
        unit: 'popcount',
        property: `sum-of-${inputs}`,
        claim: direct
          ? 'the count is the plain sum of the inputs'
          : 'the count is the sum of the inputs, by induction over the inputs',
        size: `${inputs} inputs`,
        method: { kind: 'window', clocks: 1 },
        nature: 'sums',
        module: direct
          ? monitored(tree, [assertThat('plain_sum', equal(count, countOnes(ones, bits)))])
          : byPrefixes(tree, inputs, bits),
      },
      modules,
      edit,
    );
  });
}
