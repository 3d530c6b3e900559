import type { NestDimension, WorkLoop } from './nest.ts';

/** What one macro gets of an extent: elements, and the blocks in which it takes them. */
export interface Share {
  readonly size: number;
  readonly blocks: number;
}

/**
 * Walks an extent as the loops of one dimension cut it: index = digits of the loops in mixed radix, outermost first.
 *
 * @param isBlock whether a loop in time tells blocks apart (else it runs inside a block)
 */
export function sharesOf(
  loops: readonly WorkLoop[],
  dimension: NestDimension,
  extent: number,
  isBlock: (loop: WorkLoop) => boolean,
): readonly Share[] {
  const own = loops.filter((loop) => loop.dimension === dimension);
  const shares = new Map<number, { size: number; blocks: Set<number> }>();
  for (let index = 0; index < extent; index++) {
    let rest = index;
    let share = 0;
    let block = 0;
    let shareWeight = 1;
    let blockWeight = 1;
    for (let depth = own.length - 1; depth >= 0; depth--) {
      const loop = own[depth];
      const digit = depth === 0 ? rest : rest % loop.count;
      rest = Math.floor(rest / loop.count);
      if (loop.over === 'macros') {
        share += digit * shareWeight;
        shareWeight *= loop.count;
      } else if (loop.over === 'time' && isBlock(loop)) {
        block += digit * blockWeight;
        blockWeight *= loop.count;
      }
    }
    const seen = shares.get(share) ?? { size: 0, blocks: new Set() };
    seen.size++;
    seen.blocks.add(block);
    shares.set(share, seen);
  }
  return [...shares.values()].map(({ size, blocks }) => ({ size, blocks: blocks.size }));
}

/** Every pair of shares of two dimensions. */
export function sharePairs(a: readonly Share[], b: readonly Share[]): readonly Share[] {
  return a.flatMap((one) =>
    b.map((other) => ({ size: one.size * other.size, blocks: one.blocks * other.blocks })),
  );
}

/** The shares as our mappings cut them: contiguous, ceil(extent / shares) each, in blocks of `tile`. */
export function ourShares(extent: number, shares: number, tile: number): readonly Share[] {
  const share = Math.ceil(extent / shares);
  const found: Share[] = [];
  for (let from = 0; from < extent; from += share) {
    const size = Math.min(share, extent - from);
    found.push({ size, blocks: Math.ceil(size / tile) });
  }
  return found;
}

/** Whether two cuts give the macros the same work, whichever macro gets which share. */
export function sameShares(a: readonly Share[], b: readonly Share[]): boolean {
  const key = (shares: readonly Share[]): string =>
    shares
      .map(({ size, blocks }) => `${size}/${blocks}`)
      .sort()
      .join();
  return key(a) === key(b);
}
