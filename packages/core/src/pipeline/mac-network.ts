import { checkLayer, chipFormats, digitPlan, type Chip } from '../chip/index.ts';
import type { Issue } from '../diagnostics/index.ts';
import {
  elementCount,
  inferTypes,
  inputsOf,
  isMacNode,
  listMacLayers,
  type Network,
} from '../network/index.ts';

/** Digit width of each MAC layer's input on a chip: what `RunOptions.histogramDigitBits` wants. */
export function histogramDigitBits(network: Network, chip: Chip): ReadonlyMap<string, number> {
  const formats = chipFormats(chip);
  return new Map(
    listMacLayers(network).map((layer) => [
      layer.id,
      digitPlan(formats, layer.weights.format, layer.inputBits).activationDigitBits,
    ]),
  );
}

/** Why a chip cannot hold a network; empty when it can. See `checkLayer` for the rules. */
export function checkNetworkOnChip(network: Network, chip: Chip): readonly Issue[] {
  return listMacLayers(network).flatMap((layer) => checkLayer(layer, chip));
}

/**
 * Threshold comparisons per image after each MAC layer, by its id: elements * (2^bits - 1) of every
 * threshold node, charged to the nearest MAC layer above it (through the first operand of sums).
 * Thresholds on the network's input alone are not charged.
 *
 * @param except ids of threshold nodes that are left out
 */
export function thresholdComparisons(
  network: Network,
  except: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, number> {
  const types = inferTypes(network);
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  const charged = new Map<string, number>();
  for (const node of network.nodes) {
    if (node.kind !== 'threshold' || except.has(node.id)) continue;
    let above = nodes.get(node.input);
    while (above !== undefined && !isMacNode(above)) above = nodes.get(inputsOf(above)[0] ?? '');
    if (above === undefined) continue;
    const elements = elementCount(types.get(node.id)?.shape ?? []);
    charged.set(above.id, (charged.get(above.id) ?? 0) + elements * (2 ** node.bits - 1));
  }
  return charged;
}
