import { join } from 'node:path';
import { exportTimeloop, type CountedLayer } from '@tally/core';
import type { Output } from '../io/outputs.ts';

/** A layer of a network's mapping. */
export interface LayerToWrite extends CountedLayer {
  /** What of it stays on chip between layers, which a file of one layer cannot say. */
  readonly keeps: { readonly input: boolean; readonly results: boolean };
}

/** `01-stem.yaml`: the place in the network and what of the name can stand in a file name. */
export function timeloopPath(folder: string, index: number, name: string): string {
  const plain = name.replaceAll(/[^\w.-]+/g, '_').slice(0, 100);
  return join(folder, `${String(index + 1).padStart(2, '0')}-${plain}.yaml`);
}

function keptLines({ keeps }: LayerToWrite): readonly string[] {
  const kept = [...(keeps.input ? ['input'] : []), ...(keeps.results ? ['results'] : [])];
  if (kept.length === 0) return [];
  return [
    `# In the network its ${kept.join(' and ')} ${kept.length > 1 || keeps.results ? 'stay' : 'stays'} on chip between layers; here they pass through memory.`,
  ];
}

/** A Timeloop file for each layer. */
export function timeloopFiles(folder: string, layers: readonly LayerToWrite[]): readonly Output[] {
  return layers.map((layer, index) => ({
    path: timeloopPath(folder, index, layer.name),
    content: [...keptLines(layer), exportTimeloop(layer).text].join('\n'),
  }));
}
