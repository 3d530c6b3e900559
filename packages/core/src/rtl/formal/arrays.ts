import {
  bit,
  equal,
  not,
  ref,
  shiftLeft,
  literal,
  zero,
  type Expression,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import {
  anyConstant,
  assertThat,
  assumeThat,
  implies,
  inRange,
  monitored,
  past,
  remember,
  afterwards,
} from './monitor.ts';
import { heldLine, operandMatches, searchedMagnitude, weightMatches } from './rows.ts';
import { operandLine } from './search-lines.ts';

interface ArrayParts {
  readonly slots: number;
  readonly slotBits: number;
  readonly row: Ref;
  readonly matches: readonly (readonly [Ref, Expression])[];
  readonly extra: readonly Item[];
}

/** One slot is searched; a row written there is found, a row written elsewhere changes nothing. */
function arrayItems({ slots, slotBits, row, matches, extra }: ArrayParts): Item[] {
  const [write, enable] = [ref('write', slots), ref('enable', slots)];
  const [slot, declaration] = anyConstant('slot', slotBits);
  const line = shiftLeft(literal(slots, 1), slot);
  const written = bit(past(write), slot);
  const searched = equal(enable, line);
  return [
    declaration,
    assumeThat('slot_exists', inRange(slot, slots)),
    ...extra,
    ...remember(write, enable, row, ...matches.map(([match]) => match)),
    ...matches.flatMap(([match, found]) => [
      assertThat(`silent_${match.name}`, implies(equal(enable, zero(slots)), equal(match, zero(match.bits)))),
      assertThat(`stored_${match.name}`, afterwards(equal(match, found), searched, written)),
      assertThat(
        `held_${match.name}`,
        afterwards(equal(match, past(match)), searched, equal(past(enable), line), not(written)),
      ),
    ]),
  ];
}

/** Arrays of one bank: slots do not mix. */
export function arrayJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec, bankEntries } = geometry;
  const weights = ref('row', bankEntries * spec.weightBits);
  const activations = ref('row', bankEntries * spec.activationBits);
  const { magnitude, items } = searchedMagnitude(geometry);
  const found = weightMatches(geometry, past(weights), magnitude);
  const line = operandLine(geometry);
  const matches = (name: string) => ref(name, bankEntries);
  const arrayJob = (property: string, slots: number, module: Module): ProofJob =>
    job(
      {
        unit: 'arrays',
        property,
        claim: 'the searched slot answers with the row written there last; other slots do not disturb it',
        size: `${bankEntries} entries, ${slots} slots`,
        method: { kind: 'window', clocks: 2 },
        module,
      },
      modules,
      edit,
    );
  return [
    arrayJob(
      'weights',
      spec.weightSlots,
      monitored(
        moduleNamed({ modules }, 'tally_cam_array'),
        arrayItems({
          slots: spec.weightSlots,
          slotBits: geometry.weightSlotBits,
          row: weights,
          matches: [
            [matches('match_pos'), found.pos],
            [matches('match_neg'), found.neg],
          ],
          extra: items,
        }),
      ),
    ),
    arrayJob(
      'activations',
      spec.activationSlots,
      monitored(
        moduleNamed({ modules }, spec.search === 'pair' ? 'tally_activation_cam_array' : 'tally_mux_array'),
        arrayItems({
          slots: spec.activationSlots,
          slotBits: geometry.activationSlotBits,
          row: activations,
          matches: [[matches('match'), operandMatches(geometry, past(activations), line)]],
          extra: heldLine(line),
        }),
      ),
    ),
  ];
}
