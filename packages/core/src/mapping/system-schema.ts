import { z } from 'zod';
import { parseDocument, quantity } from '../chip/index.ts';
import { throwIfAny, type Issue } from '../diagnostics/index.ts';
import { SOURCE_LABELS, type SameType } from '../units/index.ts';
import { OPERANDS, type Operand } from './operand.ts';
import type { OnChipEnergy, System } from './system.ts';

const text = z.string().min(1);
const name = z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
const label = z.enum(SOURCE_LABELS);
const cost = z.number().min(0).max(1e9);
const whole = (unit: string, min: number, max: number) => quantity(unit, { min, max, integer: true });

const ranged = (unit: string) =>
  z
    .strictObject({
      value: cost,
      unit: z.literal(unit).transform((): string => unit),
      source: text,
      label,
      low: cost.optional(),
      high: cost.optional(),
    })
    .readonly();

const onChipEnergy = z
  .strictObject({
    value: cost,
    unit: z.literal('pJ/bit'),
    voltageV: z.number().min(0.1).max(10),
    source: text,
    label,
    low: cost.optional(),
    high: cost.optional(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof onChipEnergy>, OnChipEnergy>;

const buffer = z
  .strictObject({
    name,
    operands: z.array(z.enum(OPERANDS)).min(1).readonly(),
    capacity: whole('byte', 1, 2 ** 40),
    wordWidth: whole('bit', 1, 65_536),
    ports: whole('word/cycle', 1, 1024),
    doubleBuffered: z.boolean(),
    readEnergy: onChipEnergy,
    writeEnergy: onChipEnergy,
    leakage: ranged('uW'),
    area: ranged('mm2'),
  })
  .readonly();

/** Schema of {@link System}: unknown fields, missing labels and values out of range are refused. */
export const systemSchema = z
  .strictObject({
    kind: z.literal('tally-system'),
    formatVersion: z.literal(1),
    name,
    title: text,
    chip: z.strictObject({ name, source: text, label }).readonly(),
    macros: whole('macro', 1, 65_536),
    memory: z
      .strictObject({
        name: text,
        bandwidth: quantity('bit/cycle', { above: 0, max: 1e9 }),
        readEnergy: ranged('pJ/bit'),
        writeEnergy: ranged('pJ/bit'),
      })
      .readonly(),
    buffers: z.array(buffer).max(OPERANDS.length).readonly(),
    network: z.strictObject({ energy: onChipEnergy, multicast: z.boolean() }).readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof systemSchema>, System>;

interface Spread {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What a schema cannot say: operands in one buffer at most, distinct names, spreads around their value. */
function checkSystem(system: System, sourceName: string): readonly Issue[] {
  const issues: Issue[] = [];
  const report = (code: string, path: string, message: string, remedy: string) =>
    issues.push({ code, path: `${sourceName}: ${path}`, message, remedy });
  const spread = (path: string, { value, low = value, high = value }: Spread): void => {
    if (low > value || value > high) {
      report(
        'spread-around-nothing',
        path,
        `spreads from ${low} to ${high}, which leaves out its value ${value}`,
        'make low <= value <= high',
      );
    }
  };
  spread('memory.readEnergy', system.memory.readEnergy);
  spread('memory.writeEnergy', system.memory.writeEnergy);
  spread('network.energy', system.network.energy);
  const holder = new Map<Operand, string>();
  const names = new Set<string>();
  for (const [index, one] of system.buffers.entries()) {
    const path = `buffers.${index}`;
    for (const key of ['readEnergy', 'writeEnergy', 'leakage', 'area'] as const) {
      spread(`${path}.${key}`, one[key]);
    }
    if (names.has(one.name)) {
      report('duplicate-name', `${path}.name`, `'${one.name}' names two buffers`, 'give each its own name');
    }
    names.add(one.name);
    for (const operand of one.operands) {
      const other = holder.get(operand);
      if (other !== undefined) {
        report(
          'operand-in-two-buffers',
          `${path}.operands`,
          `'${operand}' is already held by buffer '${other}'`,
          'name each operand once',
        );
      }
      holder.set(operand, one.name);
    }
  }
  return issues;
}

/**
 * A system description, checked. Whether the chip it names exists is looked up where it is used.
 *
 * @param document parsed JSON
 * @param sourceName file name, for the errors
 * @throws TallyError with all issues at once: those of the schema (as `parseChip`), or
 *   `operand-in-two-buffers`, `duplicate-name`, `spread-around-nothing`
 */
export function parseSystem(document: unknown, sourceName: string): System {
  const system = parseDocument<System>(systemSchema, document, sourceName);
  throwIfAny(checkSystem(system, sourceName));
  return system;
}
