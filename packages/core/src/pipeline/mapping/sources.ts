import type { FigureSource, MappingReport } from '../../report/index.ts';
import { weakestLabel, type FigureLabel } from '../../units/index.ts';
import { modelLabels } from '../model-labels.ts';
import { operatingPointRow } from '../sources.ts';
import type { MappingInputs } from './inputs.ts';

type Row = readonly [figure: string, label: FigureLabel, how: string];

/** A number of a system with what it is called in a sentence. */
interface Named {
  readonly name: string;
  readonly source: string;
  readonly label: FigureLabel;
}

function weakestOf(named: readonly Named[], ...more: readonly FigureLabel[]): FigureLabel {
  return weakestLabel([...named.map(({ label }) => label), ...more]);
}

/** Each source once, after the names of all that it is the source of. */
function cite(named: readonly Named[]): string {
  const namesOf = new Map<string, string[]>();
  for (const { name, source, label } of named) {
    const text = `${source} (${label})`;
    namesOf.set(text, [...(namesOf.get(text) ?? []), name]);
  }
  return [...namesOf].map(([text, names]) => `${names.join(', ')}: ${text}`).join('; ');
}

function share(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${Math.round((100 * part) / whole)} %`;
}

/**
 * Where each figure of a mapping's report comes from: the weakest label among the numbers of system, table and chip that it depends on,
 * the mapping being given. A row stands for all fields below its own unless one of these has a row.
 */
export function mappingSources(
  { priced, matches }: MappingInputs,
  areaMm2: MappingReport['areaMm2'],
): readonly FigureSource[] {
  const { chip, tech, system } = priced;
  const { buffers, memory, network } = system;
  const labels = modelLabels(chip, tech);
  const point = operatingPointRow(chip, priced, labels.curve);
  const ofBuffers = (key: 'leakage' | 'area', what: string): readonly Named[] =>
    buffers.map((buffer) => ({ ...buffer[key], name: `${buffer.name} ${what}`.trim() }));
  const memoryEnergies: readonly Named[] = [
    { ...memory.readEnergy, name: 'read' },
    { ...memory.writeEnergy, name: 'write' },
  ];
  const bufferEnergies: readonly Named[] = buffers.flatMap(({ name, readEnergy, writeEnergy }) => [
    { ...readEnergy, name: `${name} read` },
    { ...writeEnergy, name: `${name} write` },
  ]);
  const bandwidths: readonly Named[] = [
    { ...memory.bandwidth, name: memory.name },
    ...buffers.flatMap(({ name, wordWidth, ports }) => [
      { ...wordWidth, name: `${name} word` },
      { ...ports, name: `${name} ports` },
    ]),
  ];
  const wires: readonly Named[] = [{ ...network.energy, name: 'energy' }];
  const leakages = ofBuffers('leakage', '');
  const areas = ofBuffers('area', '');
  const fitted = Object.entries(tech.energies).flatMap(([name, { label }]) =>
    label === 'calibrated' ? [name] : [],
  );

  const matching: FigureLabel = matches.kind === 'run' ? 'counted' : 'reconstructed';
  const cycles = weakestOf(bandwidths, labels.cycles, labels.traffic);
  const time = weakestLabel([cycles, point[1]]);
  const bits = labels.traffic;
  const parts = {
    memoryPj: weakestOf(memoryEnergies, bits),
    buffersPj: weakestOf(bufferEnergies, bits),
    wiresPj: weakestOf(wires, bits),
    macroPj: weakestLabel([labels.energy, matching]),
    leakagePj: weakestOf(leakages, ...(buffers.length === 0 ? [] : [time])),
  };
  const energy = weakestLabel(Object.values(parts));
  const buffersMm2 = weakestOf(areas);
  const none = 'no buffers: 0';
  const rows: readonly Row[] = [
    point,
    ['matches', matching, matches.source],
    [
      'layers.counts',
      bits,
      `closed form of docs/mapping.md, exact for the geometry and operand formats of chip '${chip.name}'; equal to an interpreter that walks the loops element by element`,
    ],
    ['layers.counts.macs', 'counted', 'products of the network graph, padding included'],
    ['layers.utilisation', bits, 'digit pairs / (entries x steps)'],
    [
      'layers.latencyCycles',
      cycles,
      `clocks of the macro of chip '${chip.name}' (theory of operation) beside bits over bandwidth of the tiers; ${cite(bandwidths)}`,
    ],
    ['layers.timeNs', time, 'cycles / clock'],
    ['layers.energy.memoryPj', parts.memoryPj, `bits x energy of ${memory.name}; ${cite(memoryEnergies)}`],
    [
      'layers.energy.buffersPj',
      parts.buffersPj,
      buffers.length === 0 ? none : `bits x energies of the buffers; ${cite(bufferEnergies)}`,
    ],
    [
      'layers.energy.wiresPj',
      parts.wiresPj,
      `bits and macros delivered to x network on chip; ${cite(wires)}`,
    ],
    [
      'layers.energy.macroPj',
      parts.macroPj,
      `actions x table '${tech.name}'${fitted.length === 0 ? '' : ` (fitted: ${fitted.join(', ')})`}; matches: ${matches.source}`,
    ],
    [
      'layers.energy.leakagePj',
      parts.leakagePj,
      buffers.length === 0 ? none : `time x leakage of the buffers, none of the macros; ${cite(leakages)}`,
    ],
    ['layers.energy.totalPj', energy, 'sum of the parts above'],
    ['layers.edpJs', weakestLabel([energy, time]), 'energy x time of the layer'],
    ['total.memoryBits', bits, 'sum over the layers'],
    ['total.bufferBits', bits, 'sum over the layers'],
    ['total.timeNs', time, 'sum over the layers, one after the other'],
    ['total.energy', energy, 'sums over the layers; the parts as those of the layers'],
    ['total.edpJs', weakestLabel([energy, time]), 'energy x time, of the sums'],
    ['total.topsPerWatt', energy, '2 x MACs / energy; memory, buffers, wires and leakage included'],
    ['total.gops', time, '2 x MACs / time'],
    [
      'areaMm2.macros',
      labels.area,
      `pieces of chip '${chip.name}' x table '${tech.name}' x macros in use` +
        (tech.areas.rest.label === 'calibrated'
          ? '; what the publication has beyond the pieces is fitted, and stands in every macro'
          : ''),
    ],
    ['areaMm2.buffers', buffersMm2, buffers.length === 0 ? none : cite(areas)],
    [
      'areaMm2.total',
      weakestLabel([labels.area, buffersMm2]),
      `macros, ${share(areaMm2.macros, areaMm2.total)} of it (${labels.area})` +
        (buffers.length === 0
          ? ''
          : `, and buffers, ${share(areaMm2.buffers, areaMm2.total)} (${buffersMm2})`),
    ],
    [
      'uncertainty',
      energy,
      'the figures over the spreads of table and system; mapping, counts and time as they stand',
    ],
  ];
  return rows.map(([figure, label, how]) => ({ figure, label, how }));
}
