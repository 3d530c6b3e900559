import type { MappingCost } from '../../mapping/index.ts';
import type { ParetoPoint } from '../../report/index.ts';

/** Keeps the points of which no other is at least as good in both; by rising energy, hence falling latency. */
function nondominated(points: ParetoPoint[]): ParetoPoint[] {
  const sorted = points.sort((a, b) => a.energyPj - b.energyPj || a.latencyCycles - b.latencyCycles);
  const kept: ParetoPoint[] = [];
  let least = Infinity;
  for (const point of sorted) {
    if (point.latencyCycles >= least) continue;
    kept.push(point);
    least = point.latencyCycles;
  }
  return kept;
}

/**
 * The Pareto set of a network, energy against latency, from those of its layers: both add up over layers, so what is dominated among the
 * first layers stays dominated.
 */
export function networkPareto(layers: readonly (readonly MappingCost[])[]): readonly ParetoPoint[] {
  let points: ParetoPoint[] = [{ energyPj: 0, latencyCycles: 0, choice: [] }];
  for (const costs of layers) {
    points = nondominated(
      points.flatMap((point) =>
        costs.map((cost, i) => ({
          energyPj: point.energyPj + cost.energyPj,
          latencyCycles: point.latencyCycles + cost.latencyCycles,
          choice: [...point.choice, i],
        })),
      ),
    );
  }
  return points;
}
