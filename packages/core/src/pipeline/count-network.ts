import { chipFormats, digitPlan, type Chip } from '../chip/index.ts';
import { countLayer, type ReferenceCount } from '../counting/index.ts';
import type { Executor } from '../execute/index.ts';
import { INPUT_ID, elementCount, listMacLayers, type MacLayer, type Network } from '../network/index.ts';
import { chipScheme } from './layer-work.ts';

/** A layer counted entry by entry, beside what an executor computed. */
export interface LayerCount {
  readonly layer: MacLayer;
  readonly count: ReferenceCount;
  /** The executor's values of the same node. */
  readonly expected: Uint8Array | Int32Array;
}

/**
 * Counts every MAC layer of a network entry by entry on the inputs that an executor shows, and returns
 * both results of each layer for comparison. The executor must show every value (`createReferenceExecutor`).
 *
 * @param images unsigned codes, `count` whole images
 */
export function countNetwork(
  network: Network,
  chip: Chip,
  executor: Executor,
  images: Uint8Array,
  count: number,
): readonly LayerCount[] {
  const layers = listMacLayers(network);
  const wanted = new Set(layers.flatMap((layer) => [layer.node.input, layer.id]));
  const values = new Map<string, (Uint8Array | Int32Array)[]>([[INPUT_ID, [images]]]);
  executor.run(images, count, {
    observe: (id, data) => {
      if (!wanted.has(id)) return;
      const parts = values.get(id);
      if (parts === undefined) values.set(id, [data.slice()]);
      else parts.push(data.slice());
    },
  });
  const whole = (id: string): number[] => (values.get(id) ?? []).flatMap((part) => Array.from(part));
  const { scheme } = chipScheme(chip);
  const formats = chipFormats(chip);
  const entries = chip.geometry.entries.value;
  return layers.map((layer) => {
    const plan = digitPlan(formats, layer.weights.format, layer.inputBits);
    const codes = Uint8Array.from(whole(layer.node.input));
    if (codes.length !== count * elementCount(layer.input)) {
      throw new RangeError(`the executor did not show ${layer.node.input}`);
    }
    const expected = Int32Array.from(whole(layer.id));
    return { layer, count: countLayer(layer, plan, scheme, formats, entries, codes, count), expected };
  });
}
