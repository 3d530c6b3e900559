/** 1 where a padded plane `[height + before + after, width + before + after]` holds the old one, 0 on its border; with its sizes. */
export function insideMask(
  [height, width]: readonly [number, number],
  before: readonly [channels: number, rows: number, columns: number],
  after: readonly [channels: number, rows: number, columns: number],
): { readonly rows: number; readonly columns: number; readonly inside: Uint8Array } {
  const [, top, left] = before;
  const rows = height + top + after[1];
  const columns = width + left + after[2];
  const inside = Uint8Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns) - top, (index % columns) - left];
    return row >= 0 && row < height && column >= 0 && column < width ? 1 : 0;
  });
  return { rows, columns, inside };
}
