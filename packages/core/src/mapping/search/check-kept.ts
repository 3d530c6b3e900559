import { requiredBits } from '../counts/capacity.ts';
import { largestTiles } from '../largest-tiles.ts';
import type { Issue } from '../../diagnostics/index.ts';
import type { Machine } from '../machine.ts';
import type { KeptTensors, LayerMapping } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { tensorBits } from './kept.ts';

/**
 * Why a machine cannot keep a layer's tensors on chip; empty when it can, or when nothing is kept: `no-buffer-for-activations`,
 * `kept-tensor-too-large`.
 *
 * @param mapping one that `checkMapping` accepts
 * @param path of the layer in its file
 */
export function checkKept(
  problem: MappingProblem,
  machine: Machine,
  mapping: LayerMapping,
  keeps: KeptTensors,
  path: string,
): readonly Issue[] {
  if (!keeps.input && !keeps.results) return [];
  const holder = machine.buffers[machine.bufferOf.activations] as Machine['buffers'][number] | undefined;
  if (holder === undefined) {
    return [
      {
        code: 'no-buffer-for-activations',
        path: `${path}.keeps`,
        message: `keeps a tensor on chip, but no buffer of ${machine.name} holds activations`,
        remedy: 'keep nothing, or give the system a buffer for activations',
      },
    ];
  }
  const tiles = largestTiles(problem, machine, mapping);
  const tensors = tensorBits(problem);
  const stays = (keeps.input ? tensors.input : 0) + (keeps.results ? tensors.results : 0);
  const moving = requiredBits(holder, keeps.input ? { ...tiles, activations: 0 } : tiles);
  if (stays + moving <= holder.capacityBits) return [];
  return [
    {
      code: 'kept-tensor-too-large',
      path: `${path}.keeps`,
      message: `needs ${stays} bits of buffer '${holder.name}' for what stays and ${moving} for tiles; it has ${holder.capacityBits}`,
      remedy: 'keep nothing, use a smaller tile, or enlarge the buffer',
    },
  ];
}
