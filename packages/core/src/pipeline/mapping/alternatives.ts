import type { CostedMapping, MappingCost, Operand } from '../../mapping/index.ts';
import type { AlternativeReport, TierTraffic } from '../../report/index.ts';

/** A mapping in figures, or counts that no mapping has. */
export type Costed = Pick<CostedMapping, 'cost' | 'counts'>;

function sumCosts(costs: readonly (MappingCost | null)[]): MappingCost | null {
  const sum = { energyPj: 0, latencyCycles: 0, memoryBits: 0, bufferBits: 0 };
  for (const cost of costs) {
    if (cost === null) return null;
    sum.energyPj += cost.energyPj;
    sum.latencyCycles += cost.latencyCycles;
    sum.memoryBits += cost.memoryBits;
    sum.bufferBits += cost.bufferBits;
  }
  return sum;
}

function sumTraffic(layers: readonly (Costed | null)[]): AlternativeReport['traffic'] {
  const sum = (operand: Operand): TierTraffic => {
    const traffic = { memoryBits: 0, bufferBits: 0, deliveredBits: 0 };
    for (const layer of layers) {
      if (layer === null) continue;
      const { memory, buffer, deliveredBits } = layer.counts.operands[operand];
      traffic.memoryBits += memory.readBits + memory.writeBits;
      traffic.bufferBits += (buffer?.readBits ?? 0) + (buffer?.writeBits ?? 0);
      traffic.deliveredBits += deliveredBits;
    }
    return traffic;
  };
  if (layers.includes(null)) return null;
  return { weights: sum('weights'), activations: sum('activations'), partialSums: sum('partialSums') };
}

/** One way of mapping all layers, in figures; null: the layer cannot be mapped so. */
export function alternative(
  name: string,
  title: string,
  layers: readonly (Costed | null)[],
): AlternativeReport {
  const costs = layers.map((layer) => layer?.cost ?? null);
  return { name, title, layers: costs, total: sumCosts(costs), traffic: sumTraffic(layers) };
}
