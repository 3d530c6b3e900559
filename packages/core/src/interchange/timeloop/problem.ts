import type { MappingProblem, WindowAxis } from '../../mapping/index.ts';
import { MOST_SIZE, type Findings } from '../findings.ts';
import type { NestDimension } from '../nest/nest.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';
import { dimensionsOf, names, projections, rolesOf, type Term, type Window } from './roles.ts';

/** Names of operands in a Timeloop problem. */
export type DataSpace = 'weights' | 'activations' | 'partialSums';

/** A Timeloop problem: a layer without bits, and what its names mean. */
export interface TimeloopProblem {
  readonly name: string;
  readonly problem: Omit<MappingProblem, 'weightBits' | 'activationBits' | 'resultBits' | 'kind' | 'id'>;
  /** Which of our dimensions a name stands for. */
  readonly dimensions: ReadonlyMap<string, NestDimension>;
  readonly dataSpaces: ReadonlyMap<string, DataSpace>;
  readonly sizes: ReadonlyMap<string, number>;
}

const VERSION_LEFT = { version: 'only 0.4 is read, and it is 0.4' };
const SHAPE_LEFT = { name: 'a name changes no count' };

/** Whether the document says version 0.4, where it says one. */
export function checkVersion(map: YamlMap, what: string, findings: Findings): void {
  const version = map.fields.get('version')?.value;
  if (version === undefined) return;
  if (version.kind === 'scalar' && String(version.value) === '0.4') return;
  const shown = version.kind === 'scalar' ? String(version.value) : 'no number';
  findings.refuse(
    version.place,
    'timeloop-version',
    `${what} is of version ${shown}; version 0.4 is read`,
    'convert the file with Timeloop 0.4',
  );
}

function coefficientDefaults(shape: YamlMap, findings: Findings): ReadonlyMap<string, number> {
  const defaults = new Map<string, number>();
  const node = shape.fields.get('coefficients')?.value;
  for (const item of node === undefined ? [] : (findings.list(node, 'coefficients')?.items ?? [])) {
    const map = findings.map(item, 'a coefficient');
    if (map === null) continue;
    findings.keys(map, ['name', 'default'], {}, 'a coefficient');
    const name = findings.field(map, 'name', 'a coefficient');
    const text = name === null ? null : findings.text(name, 'name of a coefficient');
    const value = map.fields.get('default')?.value;
    const size = value === undefined ? 1 : findings.whole(value, 'default of a coefficient', 1);
    if (text !== null && size !== null) defaults.set(text, size);
  }
  return defaults;
}

const INSTANCE_SIZES = ['H', 'W', 'Hpad', 'Wpad'] as const;

/** What an axis is computed from. */
interface Instance {
  readonly listed: readonly string[];
  readonly sizes: ReadonlyMap<string, number>;
  readonly roles: ReadonlyMap<string, NestDimension>;
  readonly windows: readonly Window[];
  /** A number of the instance, or its default. */
  readonly number: (key: string, otherwise: number, least: number) => number;
  readonly defaults: ReadonlyMap<string, number>;
}

/** Size of the dimension that has a role; 1 where none has. */
function sizeOf({ roles, sizes }: Instance, role: NestDimension): number {
  const name = [...roles].find(([, one]) => one === role)?.[0];
  return name === undefined ? 1 : (sizes.get(name) ?? 1);
}

function windowAxis(instance: Instance, which: 'rows' | 'columns'): WindowAxis {
  const { listed, windows, number, defaults } = instance;
  const window = windows.find(({ axis }) => axis === which);
  const coefficient = (term: Term | undefined): number =>
    term === undefined || term.coefficient === null
      ? 1
      : number(term.coefficient, defaults.get(term.coefficient) ?? 1, 1);
  const letter = which === 'rows' ? 'H' : 'W';
  const padding = number(`${letter}pad`, 0, 0);
  const outputs = sizeOf(instance, which);
  const taps = sizeOf(instance, which === 'rows' ? 'kernelRows' : 'kernelColumns');
  const stride = coefficient(window?.output);
  const dilation = coefficient(window?.tap);
  // Where only the padding is given, it is the same on both sides.
  const spanned = Math.max(1, (outputs - 1) * stride + (taps - 1) * dilation + 1 - 2 * padding);
  const inputs = listed.includes(letter) ? spanned : number(letter, spanned, 1);
  return { outputs, inputs, taps, stride, dilation, padding };
}

function readSizes(
  listed: readonly string[],
  instance: YamlMap,
  findings: Findings,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const dimension of listed) {
    const size = findings.field(instance, dimension, 'instance');
    const value = size === null ? null : findings.whole(size, dimension, 1);
    if (value !== null) sizes.set(dimension, value);
  }
  return sizes;
}

function checkInstance(
  listed: readonly string[],
  defaults: ReadonlyMap<string, number>,
  map: YamlMap,
  findings: Findings,
): void {
  const densities = map.fields.get('densities');
  if (densities !== undefined) {
    findings.refuse(
      densities.place,
      'sparse',
      'densities: sparse operands move fewer elements; Tally counts dense accesses',
      'leave densities out for dense counts',
    );
  }
  const known = [...listed, ...defaults.keys(), ...INSTANCE_SIZES, 'densities'];
  findings.keys(map, known, { name: 'a name changes no count' }, 'instance');
}

/**
 * Reads `problem`: a convolution or matrix product of any dimension names. `Hpad`, `Wpad` (padding before the first row, column) and
 * `H`, `W` (inputs that are stored), which Timeloop itself passes over, are used where they are given.
 */
export function readProblem(node: YamlNode, findings: Findings): TimeloopProblem | null {
  const map = findings.map(node, 'problem');
  if (map === null) return null;
  checkVersion(map, 'problem', findings);
  findings.keys(map, ['instance', 'shape', 'version'], VERSION_LEFT, 'problem');
  const shapeNode = findings.field(map, 'shape', 'problem');
  const instanceNode = findings.field(map, 'instance', 'problem');
  const shape = shapeNode === null ? null : findings.map(shapeNode, 'shape');
  const instanceMap = instanceNode === null ? null : findings.map(instanceNode, 'instance');
  if (shape === null || instanceMap === null) return null;
  findings.keys(shape, ['dimensions', 'data_spaces', 'coefficients', 'name'], SHAPE_LEFT, 'shape');
  const dimensionsNode = findings.field(shape, 'dimensions', 'shape');
  const listed = names(dimensionsNode, 'dimensions', findings);
  const defaults = coefficientDefaults(shape, findings);
  const spaces = rolesOf(projections(shape, findings), shape, findings);
  if (spaces === null || dimensionsNode === null) return null;
  checkInstance(listed, defaults, instanceMap, findings);
  const instance: Instance = {
    listed,
    defaults,
    sizes: readSizes(listed, instanceMap, findings),
    ...dimensionsOf(listed, spaces, dimensionsNode, findings),
    number: (key, otherwise, least) => {
      const given = instanceMap.fields.get(key)?.value;
      return (given === undefined ? otherwise : findings.whole(given, key, least)) ?? otherwise;
    },
  };
  const rows = windowAxis(instance, 'rows');
  const columns = windowAxis(instance, 'columns');
  for (const { inputs } of [rows, columns]) {
    if (inputs <= MOST_SIZE) continue;
    findings.refuse(
      instanceMap.place,
      'not-a-size',
      `the windows span ${inputs} inputs`,
      `let them span at most ${MOST_SIZE}`,
    );
  }
  const shapeName = shape.fields.get('name')?.value;
  return {
    name: shapeName?.kind === 'scalar' && shapeName.value !== null ? String(shapeName.value) : 'layer',
    problem: {
      batch: sizeOf(instance, 'batch'),
      groups: sizeOf(instance, 'group'),
      outputs: sizeOf(instance, 'outputs'),
      channels: sizeOf(instance, 'channels'),
      rows,
      columns,
      weightDigits: sizeOf(instance, 'weightDigits'),
      activationDigits: sizeOf(instance, 'activationDigits'),
    },
    dimensions: instance.roles,
    dataSpaces: new Map<string, DataSpace>([
      [spaces.weights.name, 'weights'],
      [spaces.activations.name, 'activations'],
      [spaces.partialSums.name, 'partialSums'],
    ]),
    sizes: instance.sizes,
  };
}
