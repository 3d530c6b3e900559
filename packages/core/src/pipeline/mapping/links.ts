import type { Chip } from '../../chip/index.ts';
import { inputsOf, type Network, type NetworkNode } from '../../network/index.ts';

/** Whether a layer's results can stay on chip as the next layer's input, and if not, why. */
export type LayerLink = { readonly kind: 'direct' } | { readonly kind: 'blocked'; readonly why: string };

const WORDS: Partial<Record<NetworkNode['kind'], string>> = {
  add: 'the host adds a shortcut to the results',
  'max-pool': 'the host pools the results',
  'average-pool': 'the host pools the results',
  'global-average-pool': 'the host pools the results',
  affine: 'the host rescales the results',
  relu: 'the results leave as sums',
  concat: 'the host joins the results with others',
  slice: 'the host cuts the results',
  pad: 'the host pads the results',
  upsample: 'the host upsamples the results',
};

function blocked(why: string): LayerLink {
  return { kind: 'blocked', why };
}

function readersOf(network: Network, id: string): readonly NetworkNode[] {
  return network.nodes.filter((node) => inputsOf(node).includes(id));
}

/**
 * The link from one layer to the next in the network's order. It is direct when a threshold node that the macro holds is all that reads the
 * layer, and the next layer all that reads its codes (a flatten between them moves nothing).
 */
export function layerLink(network: Network, chip: Chip, layer: string, next: string | undefined): LayerLink {
  if (network.output === layer || next === undefined) return blocked('the results leave the network');
  const [threshold, ...others] = readersOf(network, layer);
  if (others.length > 0) return blocked('a shortcut reads the results too');
  if (threshold.kind !== 'threshold') return blocked(WORDS[threshold.kind] ?? 'the results leave as sums');
  if (threshold.bits > chip.formats.activation.bits.value)
    return blocked(`codes of ${threshold.bits} bits are made by the host`);
  let readers = readersOf(network, threshold.id);
  while (readers.length === 1 && readers[0].kind === 'flatten') readers = readersOf(network, readers[0].id);
  if (readers.length > 1) return blocked('a shortcut reads the results too');
  if (readers.length === 0) return blocked('the results leave the network');
  const [reader] = readers;
  if (reader.id === next) return { kind: 'direct' };
  if (reader.kind === 'conv' || reader.kind === 'fully-connected')
    return blocked(`${next} is computed before ${reader.id}, which reads the results`);
  return blocked(WORDS[reader.kind] ?? 'the host reads the results');
}
