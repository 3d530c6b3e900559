import { fail } from '@tally/core';
import { cellFunction, type CellFunction } from './cell-function.ts';
import type { LibertyGroup } from './liberty.ts';
import { lookupTable, type LookupTable } from './lookup-table.ts';

/** Values of a rising and a falling transition. */
export interface TransitionTables {
  readonly rise: LookupTable | null;
  readonly fall: LookupTable | null;
}

/** Energy inside the cell when a pin switches. */
export interface InternalEnergy extends TransitionTables {
  /** Input that makes an output switch; null for the pin's own. */
  readonly relatedPin: string | null;
  /** State of the pins in which it holds; null: in those that no other names. */
  readonly when: CellFunction | null;
}

/** Output slew by the load and the slew of an input. */
export interface SlewArc extends TransitionTables {
  readonly relatedPin: string;
}

export interface LibraryPin {
  readonly name: string;
  readonly direction: 'input' | 'output' | 'other';
  /** Farads. */
  readonly capacitanceF: number;
  /** Of inputs, or of the flip-flop's state; null: not a plain function. */
  readonly function: CellFunction | null;
  readonly energies: readonly InternalEnergy[];
  readonly slews: readonly SlewArc[];
}

/** A flip-flop with one rising clock. */
export interface FlipFlop {
  /** State variable and its complement, as the outputs' functions name them. */
  readonly state: readonly [string, string];
  readonly clock: string;
  readonly next: CellFunction;
  readonly clear: CellFunction | null;
  readonly preset: CellFunction | null;
}

export interface LibraryCell {
  readonly name: string;
  readonly areaUm2: number;
  readonly leakageW: number;
  readonly pins: ReadonlyMap<string, LibraryPin>;
  readonly flipFlop: FlipFlop | null;
}

/** A tie cell. */
export interface TieCell {
  readonly cell: string;
  readonly pin: string;
}

/** What synthesis and power need of a Liberty file. */
export interface Library {
  readonly name: string;
  readonly voltageV: number;
  readonly temperatureC: number | null;
  /** Seconds of the library's unit of time. */
  readonly timeS: number;
  /** Joules of the unit of `internal_power`: unit of capacitance x volt². */
  readonly energyJ: number;
  readonly capacitanceF: number;
  readonly cells: ReadonlyMap<string, LibraryCell>;
  readonly tieHigh: TieCell | null;
  readonly tieLow: TieCell | null;
  /** Smallest inverter or buffer: what is taken to drive the circuit's pins while logic is mapped. */
  readonly drivingCell: string;
}

const PREFIXES: Readonly<Record<string, number>> = {
  f: 1e-15,
  p: 1e-12,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
};

/** `1ns`, `100ps`, `1nW`: in base units. */
function scale(text: string, unit: string, where: string): number {
  const found = new RegExp(`^([\\d.]+)\\s*([fpnum]?)${unit}$`, 'i').exec(text.trim());
  if (found === null) {
    return fail('library-unusable', where, `'${text}' is no unit in ${unit}`, 'mend the library');
  }
  return Number(found[1]) * (PREFIXES[found[2].toLowerCase()] ?? 1);
}

function firstOf(group: LibertyGroup, name: string): string | undefined {
  return group.attributes.get(name)?.[0];
}

function numberOf(group: LibertyGroup, name: string, otherwise: number): number {
  const value = Number(firstOf(group, name) ?? otherwise);
  return Number.isFinite(value) ? value : otherwise;
}

function groupsOf(group: LibertyGroup, type: string): readonly LibertyGroup[] {
  return group.groups.filter((one) => one.type === type);
}

/** Tables of the group's templates by name: variables in order. */
function templatesOf(root: LibertyGroup): ReadonlyMap<string, readonly string[]> {
  const templates = root.groups.filter(({ type }) => /_template$/.test(type));
  return new Map(
    templates.map((template) => [
      template.args[0] ?? '',
      ['variable_1', 'variable_2', 'variable_3'].flatMap((name) => template.attributes.get(name) ?? []),
    ]),
  );
}

/**
 * What synthesis and power need of a parsed Liberty file.
 *
 * @param source name of the file, for messages
 * @throws TallyError `library-unusable`: no library, no voltage, no flip-flop, no inverter; `cell-function-syntax`
 */
export function toLibrary(root: LibertyGroup, source: string): Library {
  const refuse = (message: string, remedy: string): never =>
    fail('library-unusable', source, message, remedy);
  if (root.type !== 'library') refuse(`is a '${root.type}', not a library`, 'give a Liberty file of cells');
  const [size = '1', unit = 'pf'] = root.attributes.get('capacitive_load_unit') ?? [];
  const capacitanceF = Number(size) * scale(`1${unit}`, 'f', `${source}: capacitive_load_unit`);
  const timeS = scale(firstOf(root, 'time_unit') ?? '1ns', 's', `${source}: time_unit`);
  const leakageUnit = scale(
    firstOf(root, 'leakage_power_unit') ?? '1nW',
    'W',
    `${source}: leakage_power_unit`,
  );
  const conditions = groupsOf(root, 'operating_conditions');
  const named = conditions.find(({ args }) => args[0] === firstOf(root, 'default_operating_conditions'));
  const point = named ?? conditions.at(0);
  const voltageV = numberOf(point ?? root, point === undefined ? 'nom_voltage' : 'voltage', 0);
  if (!(voltageV > 0)) refuse('states no voltage', 'give operating_conditions or nom_voltage');
  const temperatureC = Number(
    firstOf(point ?? root, point === undefined ? 'nom_temperature' : 'temperature'),
  );
  const templates = templatesOf(root);
  const cells = new Map<string, LibraryCell>();
  for (const group of groupsOf(root, 'cell')) {
    const name = group.args[0] ?? '';
    cells.set(name, cellOf(group, `${source}: cell ${name}`, { capacitanceF, leakageUnit, templates }));
  }
  const all = [...cells.values()];
  if (!all.some(({ flipFlop }) => flipFlop !== null)) {
    refuse('has no flip-flop with a rising clock', 'give a library with D flip-flops');
  }
  const drivers = all.filter(isSingleInput).sort((a, b) => a.areaUm2 - b.areaUm2);
  if (drivers.length === 0) refuse('has no inverter', 'give a library with inverters');
  return {
    name: root.args[0] ?? source,
    voltageV,
    temperatureC: Number.isFinite(temperatureC) ? temperatureC : null,
    timeS,
    energyJ: capacitanceF,
    capacitanceF,
    cells,
    tieHigh: tieOf(all, 1),
    tieLow: tieOf(all, 0),
    drivingCell: drivers[0].name,
  };
}

function outputsOf({ pins }: LibraryCell): readonly LibraryPin[] {
  return [...pins.values()].filter(({ direction }) => direction === 'output');
}

function isSingleInput(cell: LibraryCell): boolean {
  const outputs = outputsOf(cell);
  if (cell.flipFlop !== null || outputs.length !== 1 || cell.pins.size !== 2) return false;
  return outputs[0].function?.inputs.length === 1;
}

function tieOf(cells: readonly LibraryCell[], value: 0 | 1): TieCell | null {
  for (const cell of cells) {
    const outputs = outputsOf(cell);
    if (outputs.length !== 1 || cell.flipFlop !== null) continue;
    const [output] = outputs;
    if (output.function?.inputs.length === 0 && output.function.table[0] === value)
      return { cell: cell.name, pin: output.name };
  }
  return null;
}

interface CellContext {
  readonly capacitanceF: number;
  readonly leakageUnit: number;
  readonly templates: ReadonlyMap<string, readonly string[]>;
}

function cellOf(group: LibertyGroup, where: string, context: CellContext): LibraryCell {
  const states = groupsOf(group, 'leakage_power').map((one) => numberOf(one, 'value', 0));
  const mean = states.length === 0 ? 0 : states.reduce((sum, value) => sum + value, 0) / states.length;
  const pins = groupsOf(group, 'pin').map((pin) => pinOf(pin, where, context));
  return {
    name: group.args[0] ?? '',
    areaUm2: numberOf(group, 'area', 0),
    leakageW: numberOf(group, 'cell_leakage_power', mean) * context.leakageUnit,
    pins: new Map(pins.map((pin) => [pin.name, pin])),
    flipFlop: flipFlopOf(group, where),
  };
}

function pinOf(group: LibertyGroup, where: string, { capacitanceF, templates }: CellContext): LibraryPin {
  const name = group.args[0] ?? '';
  const direction = firstOf(group, 'direction');
  const text = firstOf(group, 'function');
  const isPlain = text !== undefined && firstOf(group, 'three_state') === undefined;
  const table = (of: LibertyGroup, kind: string): LookupTable | null => {
    const found = of.groups.find(({ type }) => type === kind);
    return found === undefined ? null : lookupTable(found, templates, `${where}: ${kind}`);
  };
  return {
    name,
    direction: direction === 'input' || direction === 'output' ? direction : 'other',
    capacitanceF: numberOf(group, 'capacitance', 0) * capacitanceF,
    function: isPlain ? cellFunction(text, `${where}: pin ${name}`) : null,
    energies: groupsOf(group, 'internal_power').map((one) => ({
      relatedPin: firstOf(one, 'related_pin') ?? null,
      when: conditionOf(one, where),
      rise: table(one, 'rise_power') ?? table(one, 'power'),
      fall: table(one, 'fall_power') ?? table(one, 'power'),
    })),
    slews: groupsOf(group, 'timing')
      .map((one) => ({
        relatedPin: firstOf(one, 'related_pin') ?? '',
        rise: table(one, 'rise_transition'),
        fall: table(one, 'fall_transition'),
      }))
      .filter(({ rise, fall }) => rise !== null || fall !== null),
  };
}

function conditionOf(group: LibertyGroup, where: string): CellFunction | null {
  const text = firstOf(group, 'when');
  return text === undefined ? null : cellFunction(text, `${where}: when`);
}

function flipFlopOf(group: LibertyGroup, where: string): FlipFlop | null {
  const ff = groupsOf(group, 'ff').at(0);
  const clock = ff === undefined ? undefined : firstOf(ff, 'clocked_on');
  const next = ff === undefined ? undefined : firstOf(ff, 'next_state');
  if (ff === undefined || clock === undefined || next === undefined || !/^\w+$/.test(clock)) return null;
  const optional = (name: string): CellFunction | null => {
    const text = firstOf(ff, name);
    return text === undefined ? null : cellFunction(text, `${where}: ${name}`);
  };
  return {
    state: [ff.args[0] ?? 'IQ', ff.args[1] ?? 'IQN'],
    clock,
    next: cellFunction(next, `${where}: next_state`),
    clear: optional('clear'),
    preset: optional('preset'),
  };
}
