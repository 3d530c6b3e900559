import type { Findings } from '../findings.ts';
import type { Place, YamlMap, YamlNode } from '../yaml/node.ts';

/** Names of operands in memories: inputs, weights, outputs as a mapping links them. */
export const MEMORY_OPERANDS = ['I1', 'I2', 'O'] as const;

export type MemoryOperand = (typeof MEMORY_OPERANDS)[number];

/** A memory of a ZigZag accelerator. */
export interface ZigzagMemory {
  readonly name: string;
  readonly place: Place;
  /** Of one instance. */
  readonly bits: number;
  readonly operands: readonly MemoryOperand[];
  /** Array dimensions along which one instance serves all units. */
  readonly served: ReadonlySet<string>;
  /** Of all ports together. */
  readonly bitsPerCycle: number;
  readonly doubleBuffered: boolean;
}

/** A ZigZag accelerator: one array of units under memories. */
export interface ZigzagHardware {
  readonly name: string;
  readonly place: Place;
  /** Lowest first. */
  readonly memories: readonly ZigzagMemory[];
  /** Units along each dimension of the array. */
  readonly array: ReadonlyMap<string, number>;
  /** Bits of an input that a unit takes at once; null: all of them. */
  readonly serialBits: number | null;
}

const ENERGY = 'is for energy, area and time, which Tally takes from its own tables';
const MEMORY_LEFT: Readonly<Record<string, string>> = {
  r_cost: ENERGY,
  w_cost: ENERGY,
  area: ENERGY,
  latency: ENERGY,
  mem_type: ENERGY,
  auto_cost_extraction: ENERGY,
};
const ARRAY_LEFT: Readonly<Record<string, string>> = {
  unit_energy: ENERGY,
  unit_area: ENERGY,
  imc_type: 'digital or analog: the counts are the same',
  adc_resolution: ENERGY,
  input_precision: 'bits of the operands are taken from the workload',
};

function readDimensions(node: YamlNode | null, what: string, findings: Findings): readonly string[] {
  const list = node === null ? null : findings.list(node, what);
  return (list?.items ?? []).flatMap((item) => {
    const text = findings.text(item, what);
    if (text === null) return [];
    if (/^D\d$/.test(text)) return [text];
    findings.refuse(item.place, 'array-dimension', `${what} names '${text}'`, 'name D1, D2, ...');
    return [];
  });
}

function isTrue(map: YamlMap, key: string, findings: Findings): boolean {
  const value = map.fields.get(key)?.value;
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return false;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  findings.refuse(
    value.place,
    'not-a-truth-value',
    `${key} is neither true nor false`,
    'write true or false',
  );
  return false;
}

function readPorts(map: YamlMap, findings: Findings): number {
  const node = findings.field(map, 'ports', 'a memory');
  const list = node === null ? null : findings.list(node, 'ports');
  let bits = 0;
  for (const item of list?.items ?? []) {
    const port = findings.map(item, 'a port');
    if (port === null) continue;
    findings.keys(port, ['name', 'type', 'bandwidth_min', 'bandwidth_max', 'allocation'], {}, 'a port');
    const width = findings.field(port, 'bandwidth_max', 'a port');
    bits += (width === null ? null : findings.whole(width, 'bandwidth_max', 1, 2 ** 40)) ?? 0;
  }
  return Math.max(1, bits);
}

function readOperands(map: YamlMap, findings: Findings): readonly MemoryOperand[] {
  const node = findings.field(map, 'operands', 'a memory');
  const list = node === null ? null : findings.list(node, 'operands');
  return (list?.items ?? []).flatMap((item) => {
    const text = findings.text(item, 'operands');
    const operand = MEMORY_OPERANDS.find((one) => one === text);
    if (operand === undefined && text !== null) {
      findings.refuse(item.place, 'memory-operand', `operands name '${text}'`, 'name I1, I2 or O');
    }
    return operand ?? [];
  });
}

function readMemory(name: string, node: YamlNode, findings: Findings): ZigzagMemory | null {
  const map = findings.map(node, `memory '${name}'`);
  if (map === null) return null;
  const known = ['size', 'operands', 'ports', 'served_dimensions', 'force_double_buffering'];
  findings.keys(map, [...known, ...Object.keys(MEMORY_LEFT)], {}, 'a memory');
  const size = findings.field(map, 'size', 'a memory');
  const bits = size === null ? null : findings.whole(size, 'size', 1, 2 ** 50);
  const served = readDimensions(
    findings.field(map, 'served_dimensions', 'a memory'),
    'served_dimensions',
    findings,
  );
  return {
    name,
    place: map.place,
    bits: bits ?? 1,
    operands: readOperands(map, findings),
    served: new Set(served),
    bitsPerCycle: readPorts(map, findings),
    doubleBuffered: isTrue(map, 'force_double_buffering', findings),
  };
}

function readArray(map: YamlMap, findings: Findings): Pick<ZigzagHardware, 'array' | 'serialBits'> {
  const known = ['dimensions', 'sizes', 'is_imc', 'bit_serial_precision'];
  findings.keys(map, known, ARRAY_LEFT, 'operational_array');
  const names = readDimensions(
    findings.field(map, 'dimensions', 'operational_array'),
    'dimensions',
    findings,
  );
  const sizesNode = findings.field(map, 'sizes', 'operational_array');
  const list = sizesNode === null ? null : findings.list(sizesNode, 'sizes');
  const sizes = (list?.items ?? []).map(
    (item) => findings.whole(item, 'a size of the array', 1, 65_536) ?? 1,
  );
  if (list !== null && sizes.length !== names.length) {
    findings.refuse(
      list.place,
      'array-sizes',
      `${sizes.length} sizes for ${names.length} dimensions of the array`,
      'give one size for each dimension',
    );
  }
  const serial = map.fields.get('bit_serial_precision')?.value;
  const isGiven = serial !== undefined && !(serial.kind === 'scalar' && serial.value === null);
  isTrue(map, 'is_imc', findings);
  return {
    array: new Map(names.map((name, index) => [name, sizes[index] ?? 1])),
    serialBits: isGiven ? findings.whole(serial, 'bit_serial_precision', 1, 1024) : null,
  };
}

/** Reads an accelerator: its memories and its array. */
export function readHardware(map: YamlMap, findings: Findings): ZigzagHardware | null {
  findings.keys(
    map,
    ['name', 'memories', 'operational_array'],
    { dataflows: 'proposes a spatial mapping; the one of the mapping file is used' },
    'an accelerator',
  );
  const nameNode = findings.field(map, 'name', 'an accelerator');
  const memoriesNode = findings.field(map, 'memories', 'an accelerator');
  const arrayNode = findings.field(map, 'operational_array', 'an accelerator');
  const memoriesMap = memoriesNode === null ? null : findings.map(memoriesNode, 'memories');
  const arrayMap = arrayNode === null ? null : findings.map(arrayNode, 'operational_array');
  if (memoriesMap === null || arrayMap === null) return null;
  const memories = [...memoriesMap.fields.values()].flatMap(
    ({ key, value }) => readMemory(key, value, findings) ?? [],
  );
  const first = [...memoriesMap.fields.values()].at(0)?.value;
  if (first?.kind === 'map') {
    const left = Object.keys(MEMORY_LEFT).flatMap((key) => first.fields.get(key) ?? []);
    if (left.length > 0)
      findings.leave(left[0].place, `${left.map(({ key }) => key).join(', ')} of the memories`, ENERGY);
  }
  const { array, serialBits } = readArray(arrayMap, findings);
  for (const memory of memories) {
    for (const dimension of memory.served) {
      if (array.has(dimension)) continue;
      findings.refuse(
        memory.place,
        'array-dimension',
        `'${memory.name}' serves ${dimension}, which the array does not have`,
        `use ${[...array.keys()].join(', ')}`,
      );
    }
  }
  if (memories.length === 0)
    return findings.refuse(memoriesMap.place, 'no-storage', 'has no memory', 'add the memories');
  const name = nameNode === null ? null : findings.text(nameNode, 'name');
  return { name: name ?? 'accelerator', place: memoriesMap.place, memories, array, serialBits };
}
