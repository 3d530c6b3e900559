import { z } from 'zod';
import { parseDocument, quantity } from '../chip/index.ts';
import { throwIfAny, type Issue } from '../diagnostics/index.ts';
import { SOURCE_LABELS, type SameType } from '../units/index.ts';
import { tableEntries, type TableEntry } from './table-entries.ts';
import type { TechTable } from './tech-table.ts';

const text = z.string().min(1);
const label = z.enum(SOURCE_LABELS);
const cost = z.number().min(0).max(1e9);

const spread = { low: cost.optional(), high: cost.optional(), spread: text.optional() };
const offChipEnergy = {
  value: cost,
  ...spread,
  unit: z.literal('pJ'),
  source: text,
  label,
  how: text,
};
const energy = z.strictObject({ ...offChipEnergy, voltageV: z.number().min(0.1).max(10) }).readonly();
const area = z
  .strictObject({ value: cost, ...spread, unit: z.literal('um2'), source: text, label, how: text })
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
    memory: z
      .strictObject({
        readBit: energy,
        writeBit: energy,
        lookupBit: energy.optional(),
        dramBit: z.strictObject(offChipEnergy).readonly().optional(),
      })
      .readonly(),
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

/** The ends of an entry must enclose its typical value and say where they come from. */
function checkSpread(
  path: string,
  { value, low, high, spread: source }: TableEntry['entry'],
): readonly Issue[] {
  const issues: Issue[] = [];
  if (low !== undefined && low > value) {
    issues.push({
      code: 'spread-excludes-value',
      path: `${path}.low`,
      message: `is ${low}, must be at most the typical value ${value}`,
      remedy: 'give the lowest value, or leave it out',
    });
  }
  if (high !== undefined && high < value) {
    issues.push({
      code: 'spread-excludes-value',
      path: `${path}.high`,
      message: `is ${high}, must be at least the typical value ${value}`,
      remedy: 'give the highest value, or leave it out',
    });
  }
  if ((low !== undefined || high !== undefined) !== (source !== undefined)) {
    issues.push({
      code: 'spread-without-source',
      path: `${path}.spread`,
      message: source === undefined ? 'is missing, low and high need a source' : 'stands without low or high',
      remedy: 'say where the ends come from beside the ends, or leave all three out',
    });
  }
  return issues;
}

/** What a schema cannot say: a table must charge something, and a fitted entry must say what it was fitted to. */
function checkTech(tech: TechTable, sourceName: string): readonly Issue[] {
  const issues: Issue[] = [];
  const { energies } = tech;
  if (!Object.values(energies).some(({ value }) => value > 0)) {
    issues.push({
      code: 'no-positive-energy',
      path: `${sourceName}: energies`,
      message: 'are all 0, at least one must be above 0: work without energy has no efficiency',
      remedy: "give the actions their energies, or use the table 'unit' to count actions alone",
    });
  }
  const entries = tableEntries(tech);
  issues.push(...entries.flatMap(({ path, entry }) => checkSpread(`${sourceName}: ${path}`, entry)));
  const calibrated = entries.flatMap(({ path, entry }) => (entry.label === 'calibrated' ? [path] : []));
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
 *   `calibration-missing`, `spread-excludes-value`, `spread-without-source`
 */
export function parseTech(document: unknown, sourceName: string): TechTable {
  const tech = parseDocument<TechTable>(techSchema, document, sourceName);
  throwIfAny(checkTech(tech, sourceName));
  return tech;
}
