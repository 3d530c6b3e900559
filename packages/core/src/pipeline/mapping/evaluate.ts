import { throwIfAny, type Issue } from '../../diagnostics/index.ts';
import { areaCounts, evaluateArea } from '../../energy/index.ts';
import {
  checkKept,
  checkNetworkMapping,
  countAccesses,
  KEEPS_NOTHING,
  keepOnChip,
  latencyOf,
  mappingEnergy,
  tierCycles,
  type MappedLayer,
  type MappingEnergy,
  type NetworkMapping,
  type TierCycles,
} from '../../mapping/index.ts';
import type { MappedLayerReport, MappingReport, MappingTotals } from '../../report/index.ts';
import type { LayerToMap, MappingInputs } from './inputs.ts';
import { priceNotes } from './notes.ts';
import { mappingPrices, type PricedSystem } from './prices.ts';
import { mappingSources } from './sources.ts';
import { mappingUncertainty } from './uncertainty.ts';

const PJ_NS_TO_JS = 1e-21;

/** Area of `macros` macros and of the buffers, mm². */
export function systemArea(
  { chip, tech, system }: Pick<PricedSystem, 'chip' | 'tech' | 'system'>,
  macros: number,
): MappingReport['areaMm2'] {
  const macroMm2 = evaluateArea(tech, areaCounts(chip)).totalUm2 * 1e-6 * macros;
  const buffersMm2 = system.buffers.reduce((sum, { area }) => sum + area.value, 0);
  return { macros: macroMm2, buffers: buffersMm2, total: macroMm2 + buffersMm2 };
}

/** Most macros whose area, with the buffers', stays within a limit; 0 when not even one does. */
export function macrosWithin(priced: PricedSystem, limitMm2: number): number {
  const { macros, buffers } = systemArea(priced, 1);
  const most = Math.floor((limitMm2 - buffers) / macros);
  return Math.max(0, Math.min(most, priced.system.macros.value));
}

/** The name of what takes longest; compute where it is as long as a tier. */
function slowest(cycles: TierCycles, buffers: readonly { readonly name: string }[]): string {
  let name = 'compute';
  let most = cycles.compute;
  const tiers = [
    ['memory', cycles.memory] as const,
    ...buffers.map((buffer, i) => [buffer.name, cycles.buffers[i]] as const),
  ];
  for (const [tier, own] of tiers) {
    if (own <= most) continue;
    [name, most] = [tier, own];
  }
  return name;
}

function layerReport(inputs: MappingInputs, layer: LayerToMap, mapped: MappedLayer): MappedLayerReport {
  const { machine, priced } = inputs;
  const { problem } = layer;
  const keeps = mapped.keeps ?? KEEPS_NOTHING;
  const counts = keepOnChip(countAccesses(problem, machine, mapped.mapping), problem, machine, keeps);
  const cycles = tierCycles(counts, machine);
  const latencyCycles = latencyOf(cycles, machine);
  const energy = mappingEnergy(counts, mappingPrices(priced, layer.activity), latencyCycles);
  const timeNs = (latencyCycles * 1e3) / priced.clockMHz;
  return {
    id: problem.id,
    problem,
    mapping: mapped.mapping,
    keeps,
    counts,
    cycles,
    limitedBy: slowest(cycles, machine.buffers),
    latencyCycles,
    timeNs,
    energy,
    edpJs: energy.totalPj * timeNs * PJ_NS_TO_JS,
    utilisation: counts.pairs / (counts.steps * machine.macro.entries),
  };
}

/** Sums of layers that run one after the other. */
export function mappingTotals(layers: readonly MappedLayerReport[], clockMHz: number): MappingTotals {
  const sum = (pick: (layer: MappedLayerReport) => number): number =>
    layers.reduce((total, layer) => total + pick(layer), 0);
  const part = (key: keyof MappingEnergy): number => sum(({ energy }) => energy[key]);
  const energy: MappingEnergy = {
    memoryPj: part('memoryPj'),
    buffersPj: part('buffersPj'),
    wiresPj: part('wiresPj'),
    macroPj: part('macroPj'),
    leakagePj: part('leakagePj'),
    totalPj: part('totalPj'),
  };
  const macs = sum(({ counts }) => counts.macs);
  const latencyCycles = sum((layer) => layer.latencyCycles);
  const timeNs = (latencyCycles * 1e3) / clockMHz;
  return {
    macs,
    memoryBits: sum(({ counts }) => counts.memory.readBits + counts.memory.writeBits),
    bufferBits: sum(({ counts }) =>
      counts.buffers.reduce((total, { readBits, writeBits }) => total + readBits + writeBits, 0),
    ),
    energy,
    latencyCycles,
    timeNs,
    edpJs: energy.totalPj * timeNs * PJ_NS_TO_JS,
    topsPerWatt: (2 * macs) / energy.totalPj,
    gops: (2 * macs) / timeNs,
  };
}

/** Tensors that one layer keeps and the next does not expect, or that the network does not pass on directly. */
function checkLinks(inputs: MappingInputs, file: NetworkMapping, sourceName: string): readonly Issue[] {
  const keepsOf = new Map(file.layers.map(({ id, keeps }) => [id, keeps ?? KEEPS_NOTHING]));
  const issues: Issue[] = [];
  for (const [i, { problem, link }] of inputs.layers.entries()) {
    const results = keepsOf.get(problem.id)?.results ?? false;
    const next = inputs.layers.at(i + 1)?.problem.id;
    const path = `${sourceName}: layers.${file.layers.findIndex(({ id }) => id === problem.id)}.keeps.results`;
    if (results && link.kind === 'blocked') {
      issues.push({
        code: 'results-cannot-stay',
        path,
        message: `is true, but layer '${problem.id}' cannot hand its results to the next one on chip: ${link.why}`,
        remedy: 'set it, and keeps.input of the next layer, to false',
      });
    }
    const expected = next === undefined ? false : (keepsOf.get(next)?.input ?? false);
    if (results !== expected) {
      issues.push({
        code: 'kept-on-one-side',
        path,
        message: `is ${results}, but keeps.input of the next layer is ${expected}`,
        remedy: 'make both equal: a tensor stays for both layers or for none',
      });
    }
  }
  const first = inputs.layers[0].problem.id;
  if (keepsOf.get(first)?.input === true) {
    issues.push({
      code: 'kept-on-one-side',
      path: `${sourceName}: layers.${file.layers.findIndex(({ id }) => id === first)}.keeps.input`,
      message: `is true, but '${first}' is the first layer: nothing is on chip before it`,
      remedy: 'set it to false',
    });
  }
  return issues;
}

function checkAllKept(inputs: MappingInputs, file: NetworkMapping, sourceName: string): readonly Issue[] {
  const problems = new Map(inputs.layers.map(({ problem }) => [problem.id, problem]));
  return file.layers.flatMap(({ id, mapping, keeps }, i) => {
    const problem = problems.get(id);
    return problem === undefined || keeps === undefined
      ? []
      : checkKept(problem, inputs.machine, mapping, keeps, `${sourceName}: layers.${i}`);
  });
}

/**
 * A mapping file evaluated: checked, counted, timed and priced.
 *
 * @param sourceName file name, for the errors
 * @throws TallyError with all issues of `checkNetworkMapping`, `checkKept`, `results-cannot-stay`, `kept-on-one-side`
 */
export function evaluateMapping(
  inputs: MappingInputs,
  file: NetworkMapping,
  sourceName: string,
): MappingReport {
  const { priced, target, machine } = inputs;
  const problems = inputs.layers.map(({ problem }) => problem);
  throwIfAny(checkNetworkMapping(file, target, problems, machine, sourceName));
  throwIfAny([...checkLinks(inputs, file, sourceName), ...checkAllKept(inputs, file, sourceName)]);
  const mappedById = new Map(file.layers.map((layer) => [layer.id, layer]));
  const layers = inputs.layers.map((layer) => {
    const mapped = mappedById.get(layer.problem.id);
    if (mapped === undefined) throw new RangeError(`layer ${layer.problem.id} has no mapping`);
    return layerReport(inputs, layer, mapped);
  });
  const macros = Math.max(...layers.map(({ mapping }) => mapping.split.outputs * mapping.split.pixels));
  const areaMm2 = systemArea(priced, macros);
  return {
    kind: 'tally-mapping-report',
    formatVersion: 1,
    toolVersion: inputs.toolVersion,
    network: target.network,
    chip: target.chip,
    system: { ...target.system, macros },
    machine,
    tech: { name: priced.tech.name },
    operatingPoint: { voltageV: priced.voltageV, clockMHz: priced.clockMHz },
    batch: inputs.batch,
    matches: inputs.matches,
    areaMm2,
    layers,
    total: mappingTotals(layers, priced.clockMHz),
    uncertainty: mappingUncertainty(inputs, layers, macros),
    sources: mappingSources(inputs, areaMm2),
    notes: [...inputs.notes, ...priceNotes(priced)],
  };
}
