import type { MacroSpec } from '../../chip/index.ts';
import { isMacNode, inputsOf, type MacLayer, type Network, type ThresholdNode } from '../../network/index.ts';
import type { ThresholdRow } from '../command.ts';

/** What a threshold row holds; wider sums are refused (`checkSchedule`). */
const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/**
 * The threshold nodes that the macro computes, by the id of the MAC layer that they follow: where a threshold
 * node of at most `activationBits` bits is all that reads the layer.
 */
export function fusedThresholds(network: Network, spec: MacroSpec): ReadonlyMap<string, ThresholdNode> {
  const readers = new Map<string, number>([[network.output, 1]]);
  for (const node of network.nodes) {
    for (const id of inputsOf(node)) readers.set(id, (readers.get(id) ?? 0) + 1);
  }
  const macs = new Set(network.nodes.filter(isMacNode).map(({ id }) => id));
  const fused = new Map<string, ThresholdNode>();
  for (const node of network.nodes) {
    if (node.kind !== 'threshold' || node.bits > spec.activationBits) continue;
    if (macs.has(node.input) && readers.get(node.input) === 1) fused.set(node.input, node);
  }
  return fused;
}

/**
 * Sets of thresholds by output channel. The macro compares sums without bias, so the bias is taken off each
 * threshold; what leaves thresholdBits is saturated, which no sum tells apart; thresholds that the node does
 * not have are never reached.
 */
export function thresholdRows(
  layer: MacLayer,
  node: ThresholdNode,
  spec: MacroSpec,
): readonly ThresholdRow[] {
  const used = (1 << node.bits) - 1;
  const min = Math.max(-(2 ** (spec.thresholdBits - 1)), INT32.min);
  const max = Math.min(2 ** (spec.thresholdBits - 1) - 1, INT32.max);
  return Array.from({ length: layer.output[0] }, (_, channel) => {
    const row = node.direction.length === 1 ? 0 : channel;
    const falling = node.direction[row] < 0;
    const bias = layer.node.bias?.[channel] ?? 0;
    const thresholds = new Int32Array(spec.thresholds).fill(falling ? min : max);
    for (let k = 0; k < used; k++) {
      thresholds[k] = Math.min(max, Math.max(min, node.thresholds[row * used + k] - bias));
    }
    return { thresholds, falling, compared: used };
  });
}
