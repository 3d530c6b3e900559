import type { Findings } from '../findings.ts';
import type { Place, YamlList, YamlMap, YamlNode } from '../yaml/node.ts';
import { MEMORY_OPERANDS, type MemoryOperand } from './hardware.ts';

/** A loop that is spread over a dimension of the array. */
export interface Unrolling {
  readonly array: string;
  readonly dimension: string;
  readonly count: number;
  readonly place: Place;
}

/** A loop in time; null: the count is left to ZigZag. */
export interface OrderedLoop {
  readonly dimension: string;
  readonly count: number | null;
  readonly place: Place;
}

/** What a ZigZag mapping says of the layers of a name or an operator. */
export interface ZigzagMapping {
  readonly name: string;
  readonly place: Place;
  /** Null: left to ZigZag. */
  readonly spatial: readonly Unrolling[] | null;
  /** Innermost first, as written; null: left to ZigZag. */
  readonly temporal: readonly OrderedLoop[] | null;
  readonly links: Readonly<Record<'I' | 'W' | 'O', MemoryOperand>>;
}

const DEFAULT_LINKS = { I: 'I1', W: 'I2', O: 'O' } as const;

function readUnrollings(node: YamlNode, findings: Findings): readonly Unrolling[] {
  const map = findings.map(node, 'spatial_mapping');
  const found: Unrolling[] = [];
  for (const { key, value } of map?.fields.values() ?? []) {
    for (const item of findings.list(value, `spatial_mapping of ${key}`)?.items ?? []) {
      const text = findings.text(item, 'an unrolling');
      if (text === null) continue;
      const match = /^\s*([A-Za-z]+\d*)\s*,\s*(\d+)\s*$/.exec(text);
      const count = match === null ? 0 : Number(match[2]);
      if (match === null || count < 1 || count > 2 ** 31) {
        findings.refuse(
          item.place,
          'unrolling',
          `'${text}' does not say how often which loop is unrolled`,
          'write it as - K, 32',
        );
      } else found.push({ array: key, dimension: match[1], count, place: item.place });
    }
  }
  return found;
}

function readOrdering(node: YamlNode, findings: Findings): readonly OrderedLoop[] {
  return (findings.list(node, 'temporal_ordering')?.items ?? []).flatMap((item): readonly OrderedLoop[] => {
    const pair = findings.list(item, 'a loop in time');
    if (pair === null) return [];
    if (pair.items.length !== 2) {
      findings.refuse(item.place, 'ordering', 'a loop in time is not a pair', 'write it as - [OX, 112]');
      return [];
    }
    const dimension = findings.text(pair.items[0], 'a loop in time');
    const second = pair.items[1];
    const isOpen = second.kind === 'scalar' && second.value === '*';
    const count = isOpen ? null : findings.whole(second, `iterations of ${dimension ?? ''}`, 1, 2 ** 31);
    if (dimension === null || (count === null && !isOpen)) return [];
    return [{ dimension, count, place: item.place }];
  });
}

function readLinks(node: YamlNode | undefined, findings: Findings): ZigzagMapping['links'] {
  const map = node === undefined ? null : findings.map(node, 'memory_operand_links');
  if (map === null) return DEFAULT_LINKS;
  findings.keys(map, ['O', 'W', 'I'], {}, 'memory_operand_links');
  const link = (key: 'I' | 'W' | 'O'): MemoryOperand => {
    const value = findings.field(map, key, 'memory_operand_links');
    const text = value === null ? null : findings.text(value, `link of ${key}`);
    const operand = MEMORY_OPERANDS.find((one) => one === text);
    if (operand === undefined && value !== null && text !== null)
      findings.refuse(value.place, 'memory-operand', `${key} is linked to '${text}'`, 'link I1, I2 or O');
    return operand ?? DEFAULT_LINKS[key];
  };
  const links = { I: link('I'), W: link('W'), O: link('O') };
  if (new Set(Object.values(links)).size < 3) {
    findings.refuse(map.place, 'memory-operand', 'two operands are linked to one', 'link each to its own');
  }
  return links;
}

function readEntry(node: YamlNode, findings: Findings): ZigzagMapping | null {
  const map: YamlMap | null = findings.map(node, 'a mapping');
  if (map === null) return null;
  findings.keys(
    map,
    ['name', 'spatial_mapping', 'temporal_ordering', 'memory_operand_links'],
    {
      spatial_mapping_hint: 'advises a search; the mapping is fixed',
      core_allocation: 'there is one core',
    },
    'a mapping',
  );
  const nameNode = findings.field(map, 'name', 'a mapping');
  const name = nameNode === null ? null : findings.text(nameNode, 'name');
  const given = (key: string): YamlNode | null => {
    const value = map.fields.get(key)?.value;
    return value === undefined || (value.kind === 'scalar' && value.value === null) ? null : value;
  };
  const spatial = given('spatial_mapping');
  const temporal = given('temporal_ordering');
  return name === null
    ? null
    : {
        name,
        place: node.place,
        spatial: spatial === null ? null : readUnrollings(spatial, findings),
        temporal: temporal === null ? null : readOrdering(temporal, findings),
        links: readLinks(given('memory_operand_links') ?? undefined, findings),
      };
}

/** Reads a mapping file: an entry for each name of a layer or an operator, and `default`. */
export function readMappings(list: YamlList, findings: Findings): readonly ZigzagMapping[] {
  const found: ZigzagMapping[] = [];
  for (const item of list.items) {
    const entry = readEntry(item, findings);
    if (entry === null) continue;
    if (found.some(({ name }) => name === entry.name))
      findings.refuse(item.place, 'duplicate-name', `a second mapping for '${entry.name}'`, 'join the two');
    found.push(entry);
  }
  return found;
}

/** The mapping of a layer: by its name, by its operator, or the default. */
export function mappingFor(
  all: readonly ZigzagMapping[],
  layer: { readonly name: string; readonly operator: string },
): ZigzagMapping | undefined {
  return [layer.name, layer.operator, 'default']
    .map((wanted) => all.find(({ name }) => name === wanted))
    .find((entry) => entry !== undefined);
}
