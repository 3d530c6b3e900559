import { countAccesses, type Operand } from '../../mapping/index.ts';
import { Findings } from '../findings.ts';
import type { ImportedLayer, ImportedMapping, SourceFile } from '../imported.ts';
import { parseFiles } from '../yaml/parse.ts';
import type { YamlList, YamlMap, YamlNode } from '../yaml/node.ts';
import { allocate } from './allocate.ts';
import { readHardware, type MemoryOperand, type ZigzagHardware } from './hardware.ts';
import { mappingFor, readMappings, type ZigzagMapping } from './mapping.ts';
import { scheduleOf } from './schedule.ts';
import { placeLayer } from './tiers.ts';
import { readWorkload, type ZigzagLayer } from './workload.ts';

interface Parts {
  readonly workload: YamlList;
  readonly hardware: YamlMap;
  readonly mapping: YamlList;
}

const WORKLOAD_KEYS = ['equation', 'loop_dims', 'operator_type'];
const MAPPING_KEYS = ['spatial_mapping', 'temporal_ordering', 'memory_operand_links', 'spatial_mapping_hint'];

/** What a file is: a workload, a mapping (lists) or an accelerator (a map). */
function kindOf(root: YamlNode): keyof Parts | null {
  if (root.kind === 'map')
    return root.fields.has('memories') || root.fields.has('operational_array') ? 'hardware' : null;
  if (root.kind !== 'list') return null;
  const has = (keys: readonly string[]): boolean =>
    root.items.some((item) => item.kind === 'map' && keys.some((key) => item.fields.has(key)));
  return has(WORKLOAD_KEYS) ? 'workload' : has(MAPPING_KEYS) ? 'mapping' : null;
}

function gather(roots: readonly YamlNode[], findings: Findings): Parts | null {
  const parts: Partial<Record<keyof Parts, YamlNode>> = {};
  for (const root of roots) {
    const kind = kindOf(root);
    if (kind === null) {
      findings.refuse(
        root.place,
        'unknown-part',
        'is neither a workload, nor an accelerator, nor a mapping of ZigZag 3',
        'name the files of workload (a list of layers), accelerator (memories, operational_array) and mapping (a list of entries)',
      );
    } else if (parts[kind] !== undefined) {
      findings.refuse(root.place, 'part-twice', `a second ${kind}`, 'give one of each');
    } else parts[kind] = root;
  }
  const { workload, hardware, mapping } = parts;
  if (workload?.kind === 'list' && hardware?.kind === 'map' && mapping?.kind === 'list')
    return { workload, hardware, mapping };
  const missing = (['workload', 'hardware', 'mapping'] as const).filter((key) => parts[key] === undefined);
  if (roots.length > 0 && findings.issues.length === 0) {
    findings.refuse(
      roots[0].place,
      'missing-part',
      `no ${missing.join(', no ')} in the files`,
      'name the files of workload, accelerator and mapping',
    );
  }
  return null;
}

function readLayer(
  layer: ZigzagLayer,
  hardware: ZigzagHardware,
  mappings: readonly ZigzagMapping[],
  findings: Findings,
): ImportedLayer | null {
  const mapping = mappingFor(mappings, layer);
  if (mapping === undefined) {
    return findings.refuse(
      layer.place,
      'no-mapping',
      `no mapping is named '${layer.name}', '${layer.operator}' or 'default'`,
      'add one to the mapping file',
    );
  }
  const { links } = mapping;
  const operandOf = new Map<MemoryOperand, Operand>([
    [links.W, 'weights'],
    [links.I, 'activations'],
    [links.O, 'partialSums'],
  ]);
  const schedule = scheduleOf(layer, mapping, hardware, findings);
  if (schedule === null) return null;
  const allocation = allocate(layer, schedule, hardware, operandOf, findings);
  if (allocation === null) return null;
  const matched = placeLayer({ layer, mapping, hardware, schedule, allocation }, findings);
  if (matched === null) return null;
  const counts = countAccesses(layer.problem, matched.machine, matched.mapping);
  return { name: layer.name, problem: layer.problem, ...matched, counts };
}

/**
 * Reads a ZigZag 3 workload, accelerator and mapping, one file each, and counts the accesses of the fixed mapping of each layer; what maps
 * and what does not is in docs/howto/interchange.md.
 *
 * @throws TallyError with all that is wrong in the files, each with file, line, column, rule and remedy: syntax first, then keys and
 *   names, then what the loops are on our tiers
 */
export function importZigzag(files: readonly SourceFile[]): ImportedMapping {
  const findings = new Findings();
  const parts = gather(parseFiles(files), findings);
  if (parts !== null) {
    const layers = readWorkload(parts.workload, findings);
    const hardware = readHardware(parts.hardware, findings);
    const mappings = readMappings(parts.mapping, findings);
    findings.throwIfRefused();
    if (layers.length === 0) {
      findings.refuse(
        parts.workload.place,
        'no-layers',
        'no layer multiplies weights',
        'add a convolution or a matrix product',
      );
    }
    if (hardware !== null) {
      const imported = layers.flatMap((layer) => readLayer(layer, hardware, mappings, findings) ?? []);
      findings.throwIfRefused();
      const { unused, differences } = findings;
      return {
        kind: 'imported-mapping',
        formatVersion: 1,
        format: 'zigzag',
        layers: imported,
        unused,
        differences,
      };
    }
  }
  findings.throwIfRefused();
  throw new Error('ZigZag files were refused without a reason');
}
