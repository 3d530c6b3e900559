import type { IdxImages, IdxLabels } from '../io/idx.ts';
import { grouped, percent } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable } from '../terminal/table.ts';

/** What is in an IDX file of images. */
export function describeIdxImages(
  file: string,
  { images, count, rows, columns }: IdxImages,
  style: Style,
): string {
  let sum = 0;
  let zeros = 0;
  let largest = 0;
  for (const code of images) {
    sum += code;
    if (code === 0) zeros++;
    if (code > largest) largest = code;
  }
  const size = Math.max(1, images.length);
  return [
    style('bold', `IDX images ${file}`),
    '',
    renderFields(
      [
        ['images', grouped(count)],
        ['size', `${rows}×${columns}, 8-bit codes`],
        ['mean', (sum / size).toFixed(2)],
        ['largest', String(largest)],
        ['zero pixels', percent(zeros / size)],
      ],
      style,
    ),
  ].join('\n');
}

/** What is in an IDX file of labels. */
export function describeIdxLabels(file: string, { labels, count }: IdxLabels, style: Style): string {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const table = renderTable(
    [
      { heading: 'label', align: 'right' },
      { heading: 'images', align: 'right' },
    ],
    [...counts].sort(([a], [b]) => a - b).map(([label, images]) => [String(label), grouped(images)]),
    { style },
  );
  return [
    style('bold', `IDX labels ${file}`),
    '',
    renderFields([['labels', grouped(count)]], style),
    '',
    table,
  ].join('\n');
}
