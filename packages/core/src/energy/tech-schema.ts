import { z } from 'zod';
import { parseDocument, quantity } from '../chip/index.ts';
import { throwIfAny, type Issue } from '../diagnostics/index.ts';
import { SOURCE_LABELS, type SameType, type SourceLabel } from '../units/index.ts';
import type { TechTable } from './tech-table.ts';

const text = z.string().min(1);
const label = z.enum(SOURCE_LABELS);
const cost = z.number().min(0).max(1e9);

const energy = z
  .strictObject({
    value: cost,
    unit: z.literal('pJ'),
    voltageV: z.number().min(0.1).max(10),
    source: text,
    label,
    how: text,
  })
  .readonly();
const area = z
  .strictObject({ value: cost, unit: z.literal('um2'), source: text, label, how: text })
  .readonly();
const share = quantity('1', { min: 0, max: 1 });

/** Schema of {@link TechTable}: every action and every piece priced, nothing negative. */
export const techSchema = z
  .strictObject({
    kind: z.literal('tally-tech'),
    formatVersion: z.literal(1),
    name: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
    title: text,
    node: quantity('nm', { min: 1, max: 1000 }),
    voltageScaling: z.enum(['square', 'none']),
    energies: z
      .strictObject({
        searchedBits: energy,
        matches: energy,
        classMultiplications: energy,
        rescales: energy,
        accumulations: energy,
        thresholdComparisons: energy,
        loadedBits: energy,
        cycles: energy,
      })
      .readonly(),
    memory: z.strictObject({ readBit: energy, writeBit: energy }).readonly(),
    areas: z
      .strictObject({
        searchableBits: area,
        partialSumBits: area,
        popcountInputs: area,
        multipliers: area,
        adders: area,
        comparators: area,
        rest: area,
      })
      .readonly(),
    calibration: z
      .strictObject({
        chip: text,
        operatingPoint: text,
        target: quantity('TOPS/W', { min: 1e-6, max: 1e6 }),
        weightSparsity: share,
        activationSparsity: share,
      })
      .readonly()
      .nullable(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof techSchema>, TechTable>;

/** What a schema cannot say: a table must charge something, and a fitted entry must say what it was fitted to. */
function checkTech(tech: TechTable, sourceName: string): readonly Issue[] {
  const issues: Issue[] = [];
  const { energies, memory, areas } = tech;
  if (!Object.values(energies).some(({ value }) => value > 0)) {
    issues.push({
      code: 'no-positive-energy',
      path: `${sourceName}: energies`,
      message: 'are all 0, at least one must be above 0: work without energy has no efficiency',
      remedy: "give the actions their energies, or use the table 'unit' to count actions alone",
    });
  }
  const groups: Readonly<Record<string, Readonly<Record<string, { readonly label: SourceLabel }>>>> = {
    energies,
    memory: { ...memory },
    areas,
  };
  const calibrated = Object.entries(groups).flatMap(([group, entries]) =>
    Object.entries(entries).flatMap(([name, entry]) =>
      entry.label === 'calibrated' ? [`${group}.${name}`] : [],
    ),
  );
  if (tech.calibration === null && calibrated.length > 0) {
    issues.push({
      code: 'calibration-missing',
      path: `${sourceName}: calibration`,
      message: `is null, but ${calibrated.join(', ')} ${calibrated.length === 1 ? 'is' : 'are'} labelled 'calibrated'`,
      remedy: 'state the chip and the figure fitted to, or label the entries by where they come from',
    });
  }
  return issues;
}

/**
 * A technology table, checked.
 *
 * @param document parsed JSON
 * @param sourceName file name, for the errors
 * @throws TallyError with all issues at once (of the schema as `parseChip`), or `no-positive-energy`,
 *   `calibration-missing`
 */
export function parseTech(document: unknown, sourceName: string): TechTable {
  const tech = parseDocument<TechTable>(techSchema, document, sourceName);
  throwIfAny(checkTech(tech, sourceName));
  return tech;
}
