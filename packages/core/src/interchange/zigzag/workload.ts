import type { MappingProblem } from '../../mapping/index.ts';
import { MOST_SIZE, type Findings } from '../findings.ts';
import type { NestDimension } from '../nest/nest.ts';
import type { Place, YamlList, YamlMap, YamlNode } from '../yaml/node.ts';
import { readEquation, readRelation, rolesOf, windowOf, type Relation, type Sliding } from './equation.ts';

/** A layer of a ZigZag workload. */
export interface ZigzagLayer {
  readonly name: string;
  /** Mappings are looked up by name, then by this. */
  readonly operator: string;
  readonly place: Place;
  readonly problem: MappingProblem;
  /** Bits of a sum that is not finished. */
  readonly sumBits: number;
  readonly dimensions: ReadonlyMap<string, NestDimension>;
  readonly sizes: ReadonlyMap<string, number>;
}

const KEYS = [
  'id',
  'name',
  'operator_type',
  'equation',
  'dimension_relations',
  'loop_dims',
  'loop_sizes',
  'operand_precision',
  'operand_source',
  'pr_loop_dims',
  'pr_loop_sizes',
  'padding',
];

/** Operators without weights that are multiplied. */
const WITHOUT_WEIGHTS = ['Add', 'Max', 'Pooling', 'Pool', 'MaxPool', 'AveragePool', 'GlobalAveragePool'];

function items(map: YamlMap, key: string, findings: Findings): readonly YamlNode[] {
  const node = map.fields.get(key)?.value;
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
  return findings.list(node, key)?.items ?? [];
}

function readLoops(map: YamlMap, findings: Findings): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const key of ['loop_dims', 'loop_sizes']) findings.field(map, key, 'a layer');
  const dims = items(map, 'loop_dims', findings);
  const numbers = items(map, 'loop_sizes', findings);
  if (dims.length !== numbers.length) {
    findings.refuse(
      map.fields.get('loop_sizes')?.value.place ?? map.place,
      'loop-sizes',
      `${numbers.length} loop_sizes for ${dims.length} loop_dims`,
      'give one size for each loop',
    );
  }
  for (const [index, node] of dims.entries()) {
    const name = findings.text(node, 'a loop');
    const size = index < numbers.length ? findings.whole(numbers[index], `size of ${name ?? ''}`, 1) : null;
    if (name === null) continue;
    if (sizes.has(name))
      findings.refuse(node.place, 'loop-sizes', `loop ${name} is named twice`, 'name it once');
    sizes.set(name, size ?? 1);
  }
  return sizes;
}

/** Padding and sizes of the indices that slide, by name. */
function readSliding(
  map: YamlMap,
  slides: readonly Sliding[],
  findings: Findings,
): ReadonlyMap<string, { padding: readonly [number, number]; inputs: number | null }> {
  const found = new Map<string, { padding: readonly [number, number]; inputs: number | null }>();
  const names = items(map, 'pr_loop_dims', findings);
  const sizes = items(map, 'pr_loop_sizes', findings);
  const paddings = items(map, 'padding', findings);
  for (const [key, list] of [
    ['pr_loop_sizes', sizes],
    ['padding', paddings],
  ] as const) {
    if (list.length > 0 && list.length !== names.length) {
      findings.refuse(
        map.fields.get(key)?.value.place ?? map.place,
        'pr-loops',
        `${list.length} entries of ${key} for ${names.length} of pr_loop_dims`,
        'give one for each',
      );
    }
  }
  for (const [index, node] of names.entries()) {
    const name = findings.text(node, 'pr_loop_dims');
    if (name === null) continue;
    if (!slides.some((slide) => slide.index === name)) {
      findings.refuse(node.place, 'pr-loops', `no dimension relation is for ${name}`, 'add the relation');
      continue;
    }
    const pair = index < paddings.length ? findings.list(paddings[index], 'a padding') : null;
    if (pair !== null && pair.items.length !== 2) {
      findings.refuse(pair.place, 'pr-loops', `padding of ${name} is not a pair`, 'write [before, after]');
    }
    const [before = 0, after = 0] = (pair?.items ?? []).map((one) => findings.whole(one, 'padding', 0) ?? 0);
    const inputs = index < sizes.length ? findings.whole(sizes[index], `size of ${name}`, 1) : null;
    found.set(name, { padding: [before, after], inputs });
  }
  return found;
}

function readPrecision(
  map: YamlMap,
  findings: Findings,
): Readonly<Record<'I' | 'W' | 'O' | 'O_final', number>> | null {
  const node = findings.field(map, 'operand_precision', 'a layer');
  const bits = node === null ? null : findings.map(node, 'operand_precision');
  if (bits === null) return null;
  findings.keys(bits, ['I', 'W', 'O', 'O_final'], {}, 'operand_precision');
  const [I, W, O, final] = (['I', 'W', 'O', 'O_final'] as const).map((key) => {
    const value = findings.field(bits, key, 'operand_precision');
    return value === null ? null : findings.whole(value, `bits of ${key}`, 1, 1024);
  });
  return I === null || W === null || O === null || final === null ? null : { I, W, O, O_final: final };
}

function nameOf(map: YamlMap, findings: Findings): string {
  const id = findings.field(map, 'id', 'a layer');
  const number = id === null ? null : findings.whole(id, 'id', 0);
  const name = map.fields.get('name')?.value;
  const given = name === undefined || (name.kind === 'scalar' && name.value === null);
  return (given ? null : findings.text(name, 'name')) ?? `Layer${number ?? 0}`;
}

function readLayer(node: YamlNode, findings: Findings): ZigzagLayer | null {
  const map = findings.map(node, 'a layer');
  if (map === null) return null;
  findings.keys(map, KEYS, {}, 'a layer');
  const name = nameOf(map, findings);
  const operatorNode = findings.field(map, 'operator_type', 'a layer');
  const operator = operatorNode === null ? null : findings.text(operatorNode, 'operator_type');
  if (operator !== null && WITHOUT_WEIGHTS.includes(operator)) {
    findings.leave(node.place, `layer ${name} (${operator})`, 'has no weights to multiply; the host does it');
    return null;
  }
  const equationNode = findings.field(map, 'equation', 'a layer');
  const text = equationNode === null ? null : findings.text(equationNode, 'equation');
  const equation =
    text === null || equationNode === null ? null : readEquation(text, equationNode.place, findings);
  const relations = items(map, 'dimension_relations', findings).flatMap((item): readonly Relation[] => {
    const written = findings.text(item, 'a dimension relation');
    const relation = written === null ? null : readRelation(written, item.place, findings);
    return relation === null ? [] : [relation];
  });
  const sizes = readLoops(map, findings);
  const bits = readPrecision(map, findings);
  if (operator === null || equation === null || bits === null) return null;
  const place = map.fields.get('loop_dims')?.value.place ?? map.place;
  const roles = rolesOf([...sizes.keys()], equation, relations, place, findings);
  const slides = [roles.rows, roles.columns].filter((slide) => slide !== null);
  const given = readSliding(map, slides, findings);
  const size = (role: NestDimension): number => {
    const loop = [...roles.dimensions].find(([, one]) => one === role)?.[0];
    return loop === undefined ? 1 : (sizes.get(loop) ?? 1);
  };
  const axis = (which: 'rows' | 'columns') => {
    const slide = roles[which];
    const taps = size(which === 'rows' ? 'kernelRows' : 'kernelColumns');
    const around = (slide === null ? undefined : given.get(slide.index)) ?? { padding: [0, 0], inputs: null };
    return windowOf(slide, size(which), taps, around);
  };
  const [rows, columns] = [axis('rows'), axis('columns')];
  if (Math.max(rows.inputs, columns.inputs) > MOST_SIZE) {
    findings.refuse(place, 'not-a-size', 'the windows span too many inputs', `let them span ${MOST_SIZE}`);
  }
  return {
    name,
    operator,
    place: node.place,
    sumBits: bits.O,
    dimensions: roles.dimensions,
    sizes,
    problem: {
      kind: 'mapping-problem',
      id: name,
      batch: size('batch'),
      groups: size('group'),
      outputs: size('outputs'),
      channels: size('channels'),
      rows,
      columns,
      weightDigits: 1,
      activationDigits: 1,
      weightBits: bits.W,
      activationBits: bits.I,
      resultBits: bits.O_final,
    },
  };
}

/** Reads a workload: the layers that multiply weights. */
export function readWorkload(list: YamlList, findings: Findings): readonly ZigzagLayer[] {
  return list.items.flatMap((item) => readLayer(item, findings) ?? []);
}
