import type { Findings } from '../findings.ts';
import type { Place, YamlList, YamlMap, YamlNode } from '../yaml/node.ts';
import { checkVersion } from './problem.ts';

/** A node of the architecture that a mapping can target, outermost first. */
export interface TimeloopLevel {
  readonly name: string;
  /** `container`: only a fanout. */
  readonly kind: 'storage' | 'container' | 'compute';
  readonly place: Place;
  /** Copies of what stands below, per copy of what stands above. */
  readonly mesh: number;
  /** Whether it says `spatial`, be it of one copy. */
  readonly isSpatial: boolean;
  readonly attributes: YamlMap | null;
  readonly isMemory: boolean;
  /** Bits; null: not given. */
  readonly capacityBits: number | null;
  readonly datawidth: number | null;
  /** From `constraints.dataspace`. */
  readonly keep: readonly string[] | null;
  readonly bypass: readonly string[];
  /** From `constraints.spatial.no_reuse`: operands that are not multicast to the copies. */
  readonly noReuse: readonly string[];
}

const NODE_KEYS = ['name', 'class', 'subclass', 'attributes', 'spatial', 'constraints'];
const NODE_LEFT = {
  required_actions: 'names what energy estimators are asked for; counts do not depend on it',
  energy_scale: 'scales energies, which Tally takes from its own tables',
  area_scale: 'scales areas, which Tally takes from its own tables',
  enabled: 'is about estimators',
};
const REFUSED_KEYS: Readonly<Record<string, string>> = {
  sparse_optimizations: 'compression, gating and skipping change the counts; Tally counts dense accesses',
  networks: 'a network of its own between levels; Tally has one kind, per bit and macro delivered',
};
const CONSTRAINT_LEFT = {
  factors: 'restricts a mapper; the mapping is fixed',
  factors_only: 'restricts a mapper; the mapping is fixed',
  permutation: 'restricts a mapper; the mapping is fixed',
  maximize_dims: 'restricts a mapper; the mapping is fixed',
  maximize_dims_capacity: 'restricts a mapper; the mapping is fixed',
  no_iteration_over_dataspaces: 'restricts a mapper; the mapping is fixed',
  must_iterate_over_dataspaces: 'restricts a mapper; the mapping is fixed',
  default_max_factor: 'restricts a mapper; the mapping is fixed',
  default_min_factor: 'restricts a mapper; the mapping is fixed',
  split: 'says which loops run along X and which along Y of a mesh; counts do not depend on it',
  no_link_transfer: 'links between neighbours are not modelled; rows come from the tier above',
};
/** Attributes that hold what the counts need; others concern energy, area or time and pass unread. */
const SIZE_ATTRIBUTES = ['depth', 'width', 'entries', 'sizeKB', 'datawidth'] as const;

/** Names of data spaces in a list. */
export function dataSpaceList(
  node: YamlNode | undefined,
  what: string,
  findings: Findings,
): readonly string[] {
  if (node === undefined) return [];
  const list = findings.list(node, what);
  return (list?.items ?? []).flatMap((item) => findings.text(item, what) ?? []);
}

interface Constraints {
  readonly keep: readonly string[] | null;
  readonly bypass: readonly string[];
  readonly noReuse: readonly string[];
}

function readConstraints(node: YamlNode | undefined, findings: Findings): Constraints {
  const nothing: Constraints = { keep: null, bypass: [], noReuse: [] };
  if (node === undefined) return nothing;
  const map = findings.map(node, 'constraints');
  if (map === null) return nothing;
  findings.keys(map, ['dataspace', 'spatial', 'temporal'], { version: 'of constraints' }, 'constraints');
  const part = (key: string): YamlMap | null => {
    const value = map.fields.get(key)?.value;
    return value === undefined ? null : findings.map(value, `constraints.${key}`);
  };
  const dataspace = part('dataspace');
  const spatial = part('spatial');
  const temporal = part('temporal');
  if (dataspace !== null)
    findings.keys(dataspace, ['keep', 'keep_only', 'bypass'], {}, 'constraints.dataspace');
  if (spatial !== null) findings.keys(spatial, ['no_reuse'], CONSTRAINT_LEFT, 'constraints.spatial');
  if (temporal !== null) findings.keys(temporal, [], CONSTRAINT_LEFT, 'constraints.temporal');
  const keep = dataspace?.fields.get('keep')?.value ?? dataspace?.fields.get('keep_only')?.value;
  return {
    keep: keep === undefined ? null : dataSpaceList(keep, 'keep', findings),
    bypass: dataSpaceList(dataspace?.fields.get('bypass')?.value, 'bypass', findings),
    noReuse: dataSpaceList(spatial?.fields.get('no_reuse')?.value, 'no_reuse', findings),
  };
}

function meshOf(node: YamlNode | undefined, findings: Findings): number {
  const map = node === undefined ? null : findings.map(node, 'spatial');
  if (map === null) return 1;
  findings.keys(map, ['meshX', 'meshY'], {}, 'spatial');
  let mesh = 1;
  for (const key of ['meshX', 'meshY']) {
    const value = map.fields.get(key)?.value;
    if (value !== undefined) mesh *= findings.whole(value, key, 1) ?? 1;
  }
  return mesh;
}

/** A size among the attributes; null where there is none. */
export function attribute(
  attributes: YamlMap | null,
  key: string,
  findings: Findings,
  least = 1,
): number | null {
  const value = attributes?.fields.get(key)?.value;
  return value === undefined ? null : findings.whole(value, key, least, 2 ** 50);
}

function capacity(
  attributes: YamlMap | null,
  findings: Findings,
): Pick<TimeloopLevel, 'capacityBits' | 'datawidth'> {
  const [depth, width, entries, kilobytes, datawidth] = SIZE_ATTRIBUTES.map((key) =>
    attribute(attributes, key, findings),
  );
  const bits =
    depth !== null && width !== null
      ? depth * width
      : entries !== null && datawidth !== null
        ? entries * datawidth
        : kilobytes !== null
          ? kilobytes * 8192
          : null;
  return { capacityBits: bits, datawidth };
}

function checkBuffering(attributes: YamlMap | null, findings: Findings): void {
  const value = attributes?.fields.get('multiple_buffering')?.value;
  if (value === undefined || (value.kind === 'scalar' && (value.value === 1 || value.value === 2))) return;
  findings.refuse(
    value.place,
    'buffering',
    'multiple_buffering is neither 1 nor 2',
    'use a single or a double buffer',
  );
}

function readNode(node: YamlNode, findings: Findings): TimeloopLevel | null {
  const map = findings.map(node, 'a node');
  if (map === null) return null;
  findings.keys(map, [...NODE_KEYS, ...Object.keys(REFUSED_KEYS)], NODE_LEFT, 'a node');
  for (const [key, why] of Object.entries(REFUSED_KEYS)) {
    const field = map.fields.get(key);
    if (field !== undefined)
      findings.refuse(field.place, 'not-modelled', `${key}: ${why}`, `leave '${key}' out`);
  }
  const nameNode = findings.field(map, 'name', 'a node');
  const name = nameNode === null ? null : findings.text(nameNode, 'name');
  if (name === null) return null;
  const attributesNode = map.fields.get('attributes')?.value;
  const attributes = attributesNode === undefined ? null : findings.map(attributesNode, 'attributes');
  const isComponent = map.tag === '!Component';
  const className = map.fields.get('class')?.value;
  if (isComponent && className === undefined) findings.field(map, 'class', `component ${name}`);
  const isMemory = className?.kind === 'scalar' && String(className.value).toLowerCase() === 'dram';
  checkBuffering(attributes, findings);
  return {
    name,
    kind: isComponent ? 'storage' : 'container',
    place: map.place,
    mesh: meshOf(map.fields.get('spatial')?.value, findings),
    isSpatial: map.fields.has('spatial'),
    attributes,
    isMemory,
    ...(isComponent ? capacity(attributes, findings) : { capacityBits: null, datawidth: null }),
    ...readConstraints(map.fields.get('constraints')?.value, findings),
  };
}

const MOST_NODES = 4096;

function flatten(list: YamlList, levels: TimeloopLevel[], depth: number, findings: Findings): void {
  for (const node of list.items) {
    if (levels.length > MOST_NODES || depth > 64) {
      findings.refuse(
        node.place,
        'too-many-nodes',
        `more than ${MOST_NODES} nodes, or 64 branches in each other`,
        'simplify the tree',
      );
      return;
    }
    switch (node.tag) {
      case '!Component':
      case '!Container': {
        const level = readNode(node, findings);
        if (level !== null) levels.push(level);
        break;
      }
      case '!Hierarchical':
      case '!Parallel': {
        const map = findings.map(node, node.tag);
        const nodes = map === null ? null : findings.field(map, 'nodes', node.tag);
        const inner = nodes === null ? null : findings.list(nodes, 'nodes');
        if (inner !== null) flatten(inner, levels, depth + 1, findings);
        break;
      }
      case '!Nothing':
        break;
      default:
        findings.refuse(
          node.place,
          'node-tag',
          node.tag === null ? 'a node without tag' : `a ${node.tag} node`,
          'write !Component, !Container, !Hierarchical or !Parallel before it; pipelines are not modelled',
        );
    }
  }
}

/** Reads `architecture` of version 0.4: its levels, outermost first; branches are walked in their order. */
export function readArchitecture(node: YamlNode, findings: Findings): readonly TimeloopLevel[] | null {
  const map = findings.map(node, 'architecture');
  if (map === null) return null;
  checkVersion(map, 'architecture', findings);
  if (map.fields.has('subtree')) {
    return findings.refuse(
      map.place,
      'timeloop-version',
      "'subtree' is the tree of version 0.3",
      'write nodes: as in version 0.4',
    );
  }
  findings.keys(map, ['nodes', 'version'], {}, 'architecture');
  const nodes = findings.field(map, 'nodes', 'architecture');
  const list = nodes === null ? null : findings.list(nodes, 'nodes');
  if (list === null) return null;
  const levels: TimeloopLevel[] = [];
  flatten(list, levels, 0, findings);
  const seen = new Set<string>();
  for (const level of levels) {
    if (seen.has(level.name)) {
      findings.refuse(
        level.place,
        'duplicate-name',
        `'${level.name}' names two nodes`,
        'give each its own name',
      );
    }
    seen.add(level.name);
  }
  const last = levels.findLastIndex(({ kind }) => kind === 'storage');
  if (last < 1) {
    return findings.refuse(
      map.place,
      'no-storage',
      'has no storage above a compute component',
      'add the memory and the compute unit',
    );
  }
  // The innermost component computes.
  return levels.map((level, index) => (index === last ? { ...level, kind: 'compute' as const } : level));
}
