import { findMappingDataflow, tensorBits, type MappedLayerReport, type MappingReport } from '@tally/core';
import { escapeHtml } from '../../html/escape.ts';
import { percent, si, significant } from '../../terminal/number.ts';
import { describeMapping } from '../describe.ts';
import { bufferUses, type BufferUse } from './buffer-use.ts';
import { macroLoops, tileLoops, type DrawnLoop } from './loops.ts';
import { OPERAND_STYLES } from './names.ts';

const bits = (value: number): string => si(value, 'bit', 3);
const SHORT = { weights: 'weights', activations: 'activations', partialSums: 'sums' } as const;
const COLOR = Object.fromEntries(OPERAND_STYLES.map(({ operand, color }) => [operand, color]));

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Layers with equal problems, mappings and what is kept, in the order of the first. */
export function alike(layers: readonly MappedLayerReport[]): readonly (readonly MappedLayerReport[])[] {
  const groups = new Map<string, MappedLayerReport[]>();
  for (const layer of layers) {
    const key = JSON.stringify([{ ...layer.problem, id: '' }, layer.mapping, layer.keeps]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [layer]);
    else group.push(layer);
  }
  return [...groups.values()];
}

function loopLine({ over, stays }: DrawnLoop): string {
  const note =
    stays.length === 0
      ? ''
      : `<span class="stays">${stays.map((one) => `<i style="background:${COLOR[one]}"></i>${SHORT[one]}`).join(' ')} stay</span>`;
  return `<li><span><b>for</b> ${escapeHtml(over)}</span>${note}</li>`;
}

function loopList(loops: readonly DrawnLoop[], none: string): string {
  return `<ol class="loops">${loops.length === 0 ? `<li class="none">${none}</li>` : loops.map(loopLine).join('')}</ol>`;
}

/** How often an operand's tensor is read. */
function timesRead(readBits: number, tensor: number, name: string): string {
  if (readBits === 0) return `no ${name}`;
  return `${name} ${significant(readBits / tensor, 3)}×`;
}

function memoryHead({ problem, counts }: MappedLayerReport): string {
  const { weights, activations, partialSums } = counts.operands;
  const kernel = problem.rows.taps * problem.columns.taps;
  const weightBits = problem.groups * problem.outputs * problem.channels * kernel * problem.weightBits;
  const read = [
    timesRead(weights.memory.readBits, weightBits, 'weights'),
    timesRead(activations.memory.readBits, tensorBits(problem).input, 'input'),
    ...(partialSums.memory.readBits === 0 ? [] : ['sums that come back']),
  ];
  const total = counts.memory.readBits + counts.memory.writeBits;
  return `${bits(total)} in all: reads ${read.join(', ')}; writes ${counts.memory.writeBits === 0 ? 'nothing' : bits(counts.memory.writeBits)}`;
}

function bufferRow({ buffer, tiles, keptBits, usedBits }: BufferUse): string {
  const times = buffer.doubleBuffered ? 2 : 1;
  const width = (value: number): string => `${((100 * value) / buffer.capacityBits).toFixed(2)}%`;
  const segments = [
    ...tiles.map(({ operand, bits: own }) => ({ own: times * own, color: COLOR[operand] })),
    { own: keptBits, color: 'var(--c8)' },
  ].filter(({ own }) => own > 0);
  const parts = [
    ...tiles.map(({ operand, bits: own }) => `${times === 2 ? '2 × ' : ''}${bits(own)} ${SHORT[operand]}`),
    ...(keptBits > 0 ? [`${bits(keptBits)} kept between layers`] : []),
  ];
  return `<li><span class="name">${escapeHtml(buffer.name)}</span><span class="fill" aria-hidden="true">${segments
    .map(({ own, color }) => `<span style="width:${width(own)};background:${color}"></span>`)
    .join(
      '',
    )}</span><span class="text">${escapeHtml(parts.join(' + '))}: ${percent(usedBits / buffer.capacityBits, 0)} of ${bits(buffer.capacityBits)}</span></li>`;
}

function splitText({ mapping: { split } }: MappedLayerReport): string {
  const macros = split.outputs * split.pixels;
  if (macros === 1) return 'one macro';
  const shares = [
    ...(split.outputs > 1 ? [`outputs ${split.outputs} ways`] : []),
    ...(split.pixels > 1 ? [`pixels ${split.pixels} ways`] : []),
  ];
  return `${macros} macros side by side: ${shares.join(', ')}`;
}

function nest(layer: MappedLayerReport, report: MappingReport): string {
  const { mapping, keeps } = layer;
  const { tile } = mapping;
  const { machine } = report;
  const dataflow = findMappingDataflow(mapping.macro.dataflow);
  const uses = bufferUses(layer, report);
  const bypass = OPERAND_STYLES.filter(({ operand }) => machine.bufferOf[operand] < 0).map(
    ({ operand }) => SHORT[operand],
  );
  const kept = [
    ...(keeps.input ? ['its input is still on chip'] : []),
    ...(keeps.results ? ['its results stay on chip for the next layer'] : []),
  ];
  return `<div class="tier memory"><p class="head"><b>Memory</b> ${escapeHtml(memoryHead(layer))}${kept.length === 0 ? '' : `; ${kept.join(', ')}`}</p>
${loopList(tileLoops(layer), 'one tile: nothing is fetched twice')}
<div class="tier buffers"><p class="head"><b>Buffers</b> tile of ${many(tile.outputs, 'output')} × ${many(tile.rows, 'row')} × ${many(tile.columns, 'column')} × ${many(tile.channels, 'channel')}</p>
<ul class="uses">${uses.map(bufferRow).join('')}${bypass.length === 0 ? '' : `<li><span class="text">${bypass.join(', ')} pass by: no buffer holds them</span></li>`}</ul>
<div class="tier macros"><p class="head"><b>${escapeHtml(dataflow.title)}</b> ${escapeHtml(splitText(layer))}. ${escapeHtml(dataflow.summary)}</p>
${loopList(macroLoops(layer, report), 'a single step')}
<p class="step">step: ${machine.macro.entries} entries at once, ${machine.macro.slotsPerStep} clocks; ${percent(layer.utilisation)} of the entries in use</p>
</div></div></div>`;
}

/** Groups that are open when the page is: those that cost most energy × time. */
const OPEN = 2;

/** The loop nests of all layers, one fold each, equal ones together. */
export function renderNests(report: MappingReport): string {
  const groups = alike(report.layers);
  const cost = (group: readonly MappedLayerReport[]): number =>
    group.reduce((sum, { edpJs }) => sum + edpJs, 0);
  const open = new Set([...groups].sort((a, b) => cost(b) - cost(a)).slice(0, OPEN));
  return groups
    .map((group) => {
      const [layer] = group;
      const { problem } = layer;
      const names = group.map(({ id }) => id).join(', ');
      const groups = problem.groups > 1 ? `${problem.groups} groups of ` : '';
      const shape = `${groups}${problem.channels} → ${problem.outputs} channels, kernel ${problem.rows.taps}×${problem.columns.taps}, ${problem.rows.outputs}×${problem.columns.outputs} outputs`;
      return `<details class="card nest"${open.has(group) ? ' open' : ''}><summary><b>${escapeHtml(names)}</b> <span class="shape">${escapeHtml(shape)}</span><code>${escapeHtml(describeMapping(problem, layer.mapping))}</code></summary>
${nest(layer, report)}
</details>`;
    })
    .join('\n');
}
