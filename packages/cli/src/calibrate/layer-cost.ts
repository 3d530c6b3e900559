import {
  chipFormats,
  digitPlan,
  fail,
  findScheme,
  layerIds,
  layerTiming,
  schemeCost,
  valueShapes,
  weightShapesOf,
  type Chip,
  type LayerPrecision,
  type Model,
} from '@tally/core';

/** Macro cycles per image of a layer at a precision. */
export type LayerCost = (layer: string, precision: LayerPrecision) => number;

/**
 * Cycles of each layer of a full-precision model on a chip, were it quantized: digits, passes, vectors and
 * windows as a run would have them.
 */
export function layerCycles(model: Model, chip: Chip): LayerCost {
  const shapes = valueShapes(model.graph, weightShapesOf(model.graph, model.parameters));
  const formats = chipFormats(chip);
  const scheme = findScheme(chip.scheme.name, `chip ${chip.name}: scheme.name`);
  const cost = schemeCost(scheme, formats, chip.geometry.entries.value, chip.timing.rescaleSlots.value);
  const layers = new Map(
    model.graph.nodes.flatMap((node) => {
      if (node.kind !== 'conv' && node.kind !== 'fully-connected') return [];
      const [outputs = 1, ...rest] = model.parameters.get(node.weight)?.shape ?? [];
      const dotLength = rest.reduce((product, size) => product * size, 1);
      const [, ...image] = shapes.get(node.id) ?? [];
      const dotProducts = outputs * image.reduce((product, size) => product * size, 1);
      return [[node.id, { dotLength, dotProducts, macs: dotLength * dotProducts }] as const];
    }),
  );
  return (id, { weights, activations, codes }) => {
    const layer =
      layers.get(id) ??
      fail(
        'layer-unknown',
        `model.${model.graph.name}`,
        `has no layer '${id}'`,
        `use one of ${layerIds(model.graph).join(', ')}`,
      );
    const plan = digitPlan(formats, { system: codes, bits: weights }, activations);
    return layerTiming(layer, plan, chip, cost).cycles;
  };
}
