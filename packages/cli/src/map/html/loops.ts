import {
  findMappingDataflow,
  LOOPS_OF,
  OPERANDS,
  type Loop,
  type MacroDataflow,
  type MacroLoop,
  type MappedLayerReport,
  type MappingReport,
  type Operand,
  type TileField,
  type TileRule,
} from '@tally/core';

/** One loop as it is drawn. */
export interface DrawnLoop {
  /** `4 tiles of 28 rows`. */
  readonly over: string;
  readonly turns: number;
  /** Operands whose tile is not touched while the loop turns. */
  readonly stays: readonly Operand[];
}

const PLURAL: Readonly<Record<Loop, string>> = {
  batch: 'images',
  group: 'groups',
  outputs: 'outputs',
  rows: 'rows',
  columns: 'columns',
  channels: 'channels',
};

function turnsOf({ problem, mapping: { tile } }: MappedLayerReport, loop: Loop): number {
  switch (loop) {
    case 'batch':
      return problem.batch;
    case 'group':
      return problem.groups;
    case 'outputs':
      return Math.ceil(problem.outputs / tile.outputs);
    case 'rows':
      return Math.ceil(problem.rows.outputs / tile.rows);
    case 'columns':
      return Math.ceil(problem.columns.outputs / tile.columns);
    case 'channels':
      return Math.ceil(problem.channels / tile.channels);
    default:
      return loop satisfies never;
  }
}

/** The loops over buffer tiles that turn more than once, outermost first. */
export function tileLoops(layer: MappedLayerReport): readonly DrawnLoop[] {
  const turning = layer.mapping.order.filter((loop) => turnsOf(layer, loop) > 1);
  return turning.map((loop, depth) => {
    const turns = turnsOf(layer, loop);
    const size = loop === 'batch' || loop === 'group' ? 1 : layer.mapping.tile[loop];
    // A tile stays while a loop turns when neither it nor a loop inside it picks another tile.
    const inside: readonly Loop[] = turning.slice(depth);
    const stays = OPERANDS.filter((operand) => {
      const picks: readonly Loop[] = LOOPS_OF[operand];
      return !inside.some((one) => picks.includes(one));
    });
    return {
      over: size === 1 ? `${turns} ${PLURAL[loop]}` : `${turns} tiles of ${size} ${PLURAL[loop]}`,
      turns,
      stays,
    };
  });
}

/** The loops of one macro over its share of a tile that turn more than once, outermost first. */
export function macroLoops(
  { problem, mapping }: MappedLayerReport,
  { machine }: Pick<MappingReport, 'machine'>,
): readonly DrawnLoop[] {
  const { tile, split, macro } = mapping;
  const { loops } = findMappingDataflow(macro.dataflow);
  const entries = tile.channels * problem.rows.taps * problem.columns.taps;
  const share = {
    outputs: Math.ceil(tile.outputs / split.outputs),
    pixels: Math.ceil((tile.rows * tile.columns) / split.pixels),
    chunks: Math.ceil(entries / machine.macro.entries),
  };
  const tiles = (field: keyof typeof share): [number, string] => {
    const turns = Math.ceil(share[field] / macro[field]);
    return [turns, macro[field] === 1 ? `${turns} ${field}` : `${turns} tiles of ${macro[field]} ${field}`];
  };
  const elements = (field: keyof typeof share, cut: MacroLoop): [number, string] => {
    const turns = loops.includes(cut) ? Math.min(macro[field], share[field]) : share[field];
    return [turns, `${turns} ${field}${loops.includes(cut) ? ' of the tile' : ''}`];
  };
  const drawn = (loop: MacroLoop): [number, string] => {
    switch (loop) {
      case 'outputs-tile':
        return tiles('outputs');
      case 'pixels-tile':
        return tiles('pixels');
      case 'chunks-tile':
        return tiles('chunks');
      case 'weight-digit':
        return [problem.weightDigits, `${problem.weightDigits} digits of the weights`];
      case 'activation-digit':
        return [problem.activationDigits, `${problem.activationDigits} digits of the activations`];
      case 'output':
        return elements('outputs', 'outputs-tile');
      case 'pixel':
        return elements('pixels', 'pixels-tile');
      case 'chunk':
        return elements('chunks', 'chunks-tile');
      default:
        return loop satisfies never;
    }
  };
  const held = heldWithin(findMappingDataflow(macro.dataflow));
  return loops
    .map((loop, depth) => {
      const [turns, over] = drawn(loop);
      return { over, turns, stays: OPERANDS.filter((operand) => held[operand] < depth) };
    })
    .filter(({ turns }) => turns > 1);
}

/**
 * Per operand the depth of the innermost loop whose turns change what the macro holds of it: rows of weights, rows of activations,
 * accumulators. They stay while the loops inside it turn.
 */
export function heldWithin({
  loops,
  rules,
}: Pick<MacroDataflow, 'loops' | 'rules'>): Record<Operand, number> {
  const holds = (limit: TileRule['limit'], field: TileField): boolean =>
    rules.some((rule) => rule.limit === limit && rule.fields.includes(field));
  const innermost = (...changes: readonly MacroLoop[]): number =>
    Math.max(...changes.map((loop) => loops.indexOf(loop)));
  // An element loop changes nothing where all elements of the tile are held.
  const unless = (held: boolean, loop: MacroLoop): readonly MacroLoop[] => (held ? [] : [loop]);
  return {
    weights: innermost(
      'outputs-tile',
      'chunks-tile',
      'weight-digit',
      ...unless(holds('weightRows', 'outputs'), 'output'),
      ...unless(holds('weightRows', 'chunks'), 'chunk'),
    ),
    activations: innermost(
      'pixels-tile',
      'chunks-tile',
      'activation-digit',
      ...unless(holds('activationRows', 'pixels'), 'pixel'),
      ...unless(holds('activationRows', 'chunks'), 'chunk'),
    ),
    partialSums: innermost(
      'outputs-tile',
      'pixels-tile',
      ...unless(holds('accumulators', 'outputs'), 'output'),
      ...unless(holds('accumulators', 'pixels'), 'pixel'),
    ),
  };
}
