import { and, equal, literal, net, not, or, ref, assign, zero, type Expression } from '../ast/index.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { assertThat, implies, monitored } from './monitor.ts';
import { operandLine, weightLines } from './search-lines.ts';
import { specifiedKeys } from './specification.ts';

/** The keys of the specification, slot by slot; silence outside them. */
export function searchDriverJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec, phaseBits, classBits } = geometry;
  const [active, phase] = [ref('active'), ref('phase', phaseBits)];
  const flag = (name: string, value: boolean) => equal(ref(name), literal(1, value ? 1 : 0));
  const keys = specifiedKeys(spec);
  const index = ref('class_index', classBits);
  const operand = operandLine(geometry);
  const checks = keys.flatMap((key, slot) => {
    const magnitude = ref(`magnitude_${slot}`, spec.weightBits);
    const carries: Expression[] = [
      flag('search', true),
      flag('cls_first', key.isFirst),
      flag('cls_last', key.isLast),
      flag('vec_first', key.classIndex === 0),
      equal(index, literal(classBits, key.classIndex)),
      equal(operand, literal(spec.activationBits, spec.search === 'pair' ? key.operand : 2 ** key.operand)),
      ...weightLines(geometry, magnitude).map(([line, value]) => equal(line, value)),
    ];
    return [
      net(magnitude),
      assign(magnitude, literal(spec.weightBits, key.magnitude)),
      assertThat(
        `key_${slot}`,
        implies(and(active, equal(phase, literal(phaseBits, slot))), and(...carries)),
      ),
    ];
  });
  const searches = or(...keys.map((_, slot) => equal(phase, literal(phaseBits, slot))));
  const silent = assertThat(
    'silent',
    implies(
      not(and(active, searches)),
      and(
        ...['search', 'cls_first', 'cls_last', 'vec_first'].map((name) => flag(name, false)),
        equal(index, zero(classBits)),
      ),
    ),
  );
  return [
    job(
      {
        unit: 'search-driver',
        property: 'keys',
        claim:
          'in every slot the lines carry the key, flags and class of the table of the theory of operation',
        size: `${keys.length} keys, ${spec.scheme}`,
        method: { kind: 'window', clocks: 1 },
        module: monitored(moduleNamed({ modules }, 'tally_search_driver'), [...checks, silent]),
      },
      modules,
      edit,
    ),
  ];
}
