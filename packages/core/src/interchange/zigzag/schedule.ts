import type { Findings } from '../findings.ts';
import type { NestDimension, NestLoop } from '../nest/nest.ts';
import { lastCounts } from '../nest/sizes.ts';
import type { ZigzagHardware } from './hardware.ts';
import type { ZigzagMapping } from './mapping.ts';
import type { ZigzagLayer } from './workload.ts';

/** A loop in time or over the array. */
export interface ScheduledLoop extends NestLoop {
  readonly dimension: NestDimension;
}

export interface ArrayLoop extends ScheduledLoop {
  /** Dimension of the array. */
  readonly array: string;
}

/** The loops of a layer on an accelerator; those of one iteration left out. */
export interface Schedule {
  /** Innermost first. */
  readonly temporal: readonly ScheduledLoop[];
  readonly spatial: readonly ArrayLoop[];
}

interface Written {
  readonly name: string;
  readonly dimension: NestDimension;
  readonly place: NestLoop['place'];
  count: number;
}

function arrayLoops(
  layer: ZigzagLayer,
  mapping: ZigzagMapping,
  hardware: ZigzagHardware,
  findings: Findings,
): readonly (Written & { array: string })[] {
  const rest = new Map(layer.sizes);
  const used = new Map<string, number>();
  const loops: (Written & { array: string })[] = [];
  for (const { array, dimension: name, count, place } of mapping.spatial ?? []) {
    const units = hardware.array.get(array);
    if (units === undefined) {
      findings.refuse(
        place,
        'array-dimension',
        `the array has no dimension ${array}`,
        `use ${[...hardware.array.keys()].join(', ')}`,
      );
      continue;
    }
    const dimension = layer.dimensions.get(name);
    const size = rest.get(name);
    if (dimension === undefined || size === undefined) {
      findings.leave(place, `${name}, ${count} on ${array}`, `layer ${layer.name} has no loop ${name}`);
      continue;
    }
    const taken = Math.min(count, size);
    if (taken < count)
      findings.leave(
        place,
        `${count - taken} of ${count} units along ${array}`,
        `${name} of layer ${layer.name} has only ${size} left`,
      );
    const along = (used.get(array) ?? 1) * taken;
    used.set(array, along);
    if (along > units) {
      findings.refuse(
        place,
        'more-than-the-array',
        `loops over ${along} units along ${array}, which has ${units}`,
        'unroll fewer, or enlarge the array',
      );
    }
    rest.set(name, Math.ceil(size / taken));
    if (taken > 1) loops.push({ name, dimension, place, count: taken, array });
  }
  return loops;
}

function timeLoops(layer: ZigzagLayer, mapping: ZigzagMapping, findings: Findings): readonly Written[] {
  return (mapping.temporal ?? []).flatMap(({ dimension: name, count, place }): readonly Written[] => {
    const dimension = layer.dimensions.get(name);
    if (dimension === undefined) {
      findings.leave(place, `loop over ${name}`, `layer ${layer.name} has no loop ${name}`);
      return [];
    }
    if (count === null) {
      findings.refuse(
        place,
        'mapping-not-fixed',
        `iterations of ${name} are '*': ZigZag's search would choose them`,
        'write the number',
      );
      return [];
    }
    return count === 1 ? [] : [{ name, dimension, place, count }];
  });
}

/** Joins the two lists of loops, checked against the layer's sizes; the last iterations may be partly empty. */
export function scheduleOf(
  layer: ZigzagLayer,
  mapping: ZigzagMapping,
  hardware: ZigzagHardware,
  findings: Findings,
): Schedule | null {
  const before = findings.issues.length;
  for (const key of ['spatial_mapping', 'temporal_ordering'] as const) {
    if ((key === 'spatial_mapping' ? mapping.spatial : mapping.temporal) !== null) continue;
    findings.refuse(
      mapping.place,
      'mapping-not-fixed',
      `mapping '${mapping.name}' of layer ${layer.name} has no ${key}: ZigZag's search would choose it`,
      `write ${key}, complete`,
    );
  }
  const spatial = arrayLoops(layer, mapping, hardware, findings);
  const temporal = timeLoops(layer, mapping, findings);
  if (findings.issues.length > before) return null;
  const lasts = new Map<Written, number>();
  for (const [name, size] of layer.sizes) {
    const own = [...temporal].reverse().filter((loop) => loop.name === name);
    const across = spatial.filter((loop) => loop.name === name);
    const units = across.reduce((product, { count }) => product * count, 1);
    const needed = Math.ceil(size / units);
    const given = own.reduce((product, { count }) => product * count, 1);
    if (given !== needed) {
      findings.refuse(
        own[0]?.place ?? mapping.place,
        'factors-do-not-multiply',
        `iterations of ${name} in time multiply to ${given}; layer ${layer.name} has ${size}${units > 1 ? `, of which ${units} at once` : ''}`,
        `make their product ${needed}`,
      );
    }
    const chain = [...own, ...across];
    lastCounts(
      chain.map(({ count }) => count),
      size,
    ).forEach((last, index) => lasts.set(chain[index], last));
  }
  if (findings.issues.length > before) return null;
  const scheduled = (loop: Written): ScheduledLoop => ({
    dimension: loop.dimension,
    count: loop.count,
    last: lasts.get(loop) ?? loop.count,
    place: loop.place,
  });
  return {
    temporal: temporal.map(scheduled),
    spatial: spatial.map((loop) => ({ ...scheduled(loop), array: loop.array })),
  };
}
