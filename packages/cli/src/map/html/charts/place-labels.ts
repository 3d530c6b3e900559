/** A point of a chart and its label, in pixels. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where a label stands beside its point, in pixels. */
export interface LabelPlace {
  readonly textAnchor: 'start' | 'middle' | 'end';
  readonly dx: number;
  readonly dy: number;
}

/** Edges of the area that labels may take. */
export interface LabelArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const CHARACTER = 6.4;
const LINE = 15;
const POINT = 6;
/** Free space on either side of a text. */
const GAP = 3;

const PLACES: readonly LabelPlace[] = [
  { textAnchor: 'start', dx: 9, dy: 0 },
  { textAnchor: 'end', dx: -9, dy: 0 },
  { textAnchor: 'middle', dx: 0, dy: -15 },
  { textAnchor: 'middle', dx: 0, dy: 16 },
  { textAnchor: 'start', dx: 9, dy: 5 },
  { textAnchor: 'start', dx: 9, dy: -5 },
  { textAnchor: 'start', dx: 9, dy: -12 },
  { textAnchor: 'start', dx: 9, dy: 12 },
  { textAnchor: 'end', dx: -9, dy: -12 },
  { textAnchor: 'end', dx: -9, dy: 12 },
  { textAnchor: 'start', dx: 9, dy: -28 },
  { textAnchor: 'start', dx: 9, dy: 28 },
  { textAnchor: 'end', dx: -9, dy: -28 },
  { textAnchor: 'end', dx: -9, dy: 28 },
  { textAnchor: 'middle', dx: 0, dy: 31 },
  { textAnchor: 'middle', dx: 0, dy: -30 },
];

function boxOf({ x, y, text }: LabelledPoint, { textAnchor, dx, dy }: LabelPlace): LabelArea {
  const width = CHARACTER * text.length;
  const left = x + dx - (textAnchor === 'start' ? 0 : textAnchor === 'end' ? width : width / 2);
  return { left: left - GAP, right: left + width + GAP, top: y + dy - LINE / 2, bottom: y + dy + LINE / 2 };
}

function overlap(a: LabelArea, b: LabelArea): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * Places labels one after the other where they cover neither each other nor a point.
 *
 * @param points the ones that matter most first
 * @param taken other areas to keep free
 * @returns per point its place; null where there is no room
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  area: LabelArea,
  taken: readonly LabelArea[] = [],
): readonly (LabelPlace | null)[] {
  const dots = points.map(({ x, y }) => ({
    left: x - POINT,
    right: x + POINT,
    top: y - POINT,
    bottom: y + POINT,
  }));
  const boxes: LabelArea[] = [...taken];
  return points.map((point) => {
    const place = PLACES.find((one) => {
      const box = boxOf(point, one);
      const inside =
        box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
      return inside && ![...boxes, ...dots].some((other) => overlap(box, other));
    });
    if (place === undefined) return null;
    boxes.push(boxOf(point, place));
    return place;
  });
}

/** Groups what has been placed by its place: a text mark has one place for all its texts. */
export function byPlace<T>(
  items: readonly T[],
  places: readonly (LabelPlace | null)[],
): readonly { readonly place: LabelPlace; readonly items: readonly T[] }[] {
  const groups = new Map<LabelPlace, T[]>();
  for (const [i, item] of items.entries()) {
    const place = places[i];
    if (place === null) continue;
    const group = groups.get(place) ?? [];
    group.push(item);
    groups.set(place, group);
  }
  return [...groups].map(([place, group]) => ({ place, items: group }));
}
