import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { byPlace, placeLabels, type LabelArea } from './place-labels.ts';

const AREA: LabelArea = { left: 0, right: 600, top: 0, bottom: 300 };
const point = fc.record({
  x: fc.integer({ min: 0, max: 600 }),
  y: fc.integer({ min: 0, max: 300 }),
  text: fc.string({ minLength: 1, maxLength: 20 }),
});

test('labels cover neither each other, nor a point, nor what is taken, and stay inside', () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 25 }), (points) => {
      const taken: LabelArea = { left: 100, right: 300, top: 100, bottom: 120 };
      const places = placeLabels(points, AREA, [taken]);
      expect(places).toHaveLength(points.length);
      // Text of 12 pixels: 6.4 wide and 12 high per character, without the free space around it.
      const boxes = places.flatMap((place, i): LabelArea[] => {
        if (place === null) return [];
        const { x, y, text } = points[i];
        const width = 6.4 * text.length;
        const shift = { start: 0, middle: width / 2, end: width }[place.textAnchor];
        const left = x + place.dx - shift;
        return [{ left, right: left + width, top: y + place.dy - 6, bottom: y + place.dy + 6 }];
      });
      const dots = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
      const apart = (a: LabelArea, b: LabelArea): boolean =>
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      boxes.forEach((box, i) => {
        for (const other of [...boxes.slice(i + 1), ...dots, taken]) expect(apart(box, other)).toBe(true);
        expect(box.left >= 0 && box.right <= 600 && box.top >= 0 && box.bottom <= 300).toBe(true);
      });
    }),
  );
});

test('a lone label stands to the right of its point; near the right edge, to the left', () => {
  const [free] = placeLabels([{ x: 100, y: 100, text: 'conv1' }], AREA);
  expect(free).toEqual({ textAnchor: 'start', dx: 9, dy: 0 });
  const [edge] = placeLabels([{ x: 590, y: 100, text: 'conv1' }], AREA);
  expect(edge?.textAnchor).toBe('end');
});

test('grouping by place leaves out what has none', () => {
  const place = { textAnchor: 'start', dx: 9, dy: 0 } as const;
  expect(byPlace(['a', 'b', 'c'], [place, null, place])).toEqual([{ place, items: ['a', 'c'] }]);
});
