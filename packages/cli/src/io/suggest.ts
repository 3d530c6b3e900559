/** Number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [];
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) {
        row.push(i + j);
        continue;
      }
      const above = rows[i - 1];
      const substituted = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(above[j] + 1, row[j - 1] + 1, substituted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2][j - 2] + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** The candidate nearest to what was written, if near enough to be meant (at most a third of it mistyped). */
export function nearest(written: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    const lower = written.toLowerCase();
    const distance = candidate.startsWith(lower) && lower !== '' ? 1 : editDistance(lower, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The remedy of an unknown name: the nearest known one when there is one, and all that are known. */
export function remedyForUnknown(written: string, known: readonly string[]): string {
  const meant = nearest(written, known);
  const list = `known: ${known.join(', ')}`;
  return meant === null ? list : `did you mean ${meant}? (${list})`;
}
