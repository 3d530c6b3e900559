import { valueRange } from '../network/integers.ts';
import { type CodeGrid } from './code-grid.ts';
import { commute, isMoving, moved, realBounds, type BoundingNode } from './deferred.ts';
import type { ChannelMap } from './normalization.ts';
import { add, compare, divide, exactly, floor, ONE, type Rational } from './rational.ts';
import { codesMap, type Streams } from './streams.ts';
import { channelThresholds } from './thresholds.ts';
import type { CodesValue, DeferredNode, LoweredValue } from './values.ts';

/** Appends the thresholds that turn a value's integers into the grid's codes. @returns the network's id. */
function addThresholds(
  streams: Streams,
  input: string,
  maps: readonly ChannelMap[],
  grid: CodeGrid,
  id: string,
  path: string,
): string {
  const bound = valueRange(streams.builder.type(input));
  const rows = maps.map((map) => channelThresholds(map, grid, bound));
  return streams.add(
    {
      kind: 'threshold',
      id,
      input,
      bits: grid.bits,
      thresholds: Int32Array.from(rows.flatMap((row) => row.thresholds)),
      direction: Int8Array.from(rows, (row) => row.direction),
    },
    path,
    0,
  );
}

/**
 * Codes of any value by thresholds on the integers behind it; what moves or selects elements in between runs on
 * the codes.
 *
 * @param name id of the thresholds.
 * @returns the network's id.
 */
export function addCodes(
  streams: Streams,
  value: LoweredValue,
  grid: CodeGrid,
  name: string,
  path: string,
): string {
  const after: DeferredNode[] = [];
  let root = value;
  while (root.kind === 'deferred') {
    after.unshift(root.node);
    root = root.source;
  }
  const { padCodes, ...limits } = commute(after, grid);
  const inner = { ...grid, ...limits };
  let id: string;
  if (root.kind === 'concat') {
    const parts = root.parts.map((part, index) =>
      addCodes(streams, part, inner, `${name}.${index + 1}`, path),
    );
    id = streams.add({ kind: 'concat', id: name, inputs: parts }, path, 0);
  } else {
    const maps = root.kind === 'codes' ? [codesMap(root)] : root.maps;
    id = addThresholds(streams, root.id, maps, inner, name, path);
  }
  for (const node of after) {
    if (!isMoving(node)) continue;
    const zero = node.kind === 'pad' ? padCodes.get(node)! : 0;
    id = streams.add(moved(node, id, zero), path, 0);
  }
  return id;
}

/** A ReLU or clip of codes as codes of the same step, or null where its bounds fall between them. */
export function boundedCodes(
  streams: Streams,
  node: BoundingNode,
  source: CodesValue,
  path: string,
): CodesValue | null {
  const { min, max } = realBounds(node);
  const place = (bound: Rational | null): Rational | null =>
    bound === null ? null : add(divide(bound, source.step), exactly(source.zeroPoint));
  const [low, high] = [place(min), place(max)];
  const isCode = (code: Rational): boolean =>
    compare(code, exactly(Number(floor(code)))) === 0 &&
    code.numerator >= 0n &&
    compare(code, exactly(source.most)) <= 0;
  const lowActs = low !== null && low.numerator > 0n;
  const highActs = high !== null && compare(high, exactly(source.most)) < 0;
  if (!lowActs && !highActs) return source;
  if ((lowActs && !isCode(low)) || (highActs && !isCode(high))) return null;
  const type = streams.builder.type(source.id);
  const bits = type.kind === 'codes' ? type.bits : 8;
  const most = highActs ? Number(floor(high)) : source.most;
  const least = Math.min(most, lowActs ? Number(floor(low)) : 0);
  const { step, zeroPoint } = source;
  const grid = { step, zeroPoint, negativeSlope: ONE, bits, least, most };
  const id = addThresholds(streams, source.id, [codesMap(source)], grid, node.id, path);
  return { ...source, name: node.id, id, most };
}
