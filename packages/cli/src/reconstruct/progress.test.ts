import { describe, expect, it } from 'vitest';
import { reconstructionProgress } from './progress.ts';

const blocks = ['stem', 'block1', 'fc'].map((name) => ({
  name,
  input: '',
  output: name,
  layers: [`${name}.conv`],
}));
const base = { undecided: 0, seconds: 75 };

function shown(isTTY: boolean): string {
  let text = '';
  let time = 0;
  const progress = reconstructionProgress({ isTTY, write: (part: string) => (text += part) }, () => time);
  progress.block?.(0, blocks);
  time = 60_000;
  progress.report?.({ ...base, block: blocks[0], learned: false, before: null, after: null, signal: null });
  progress.block?.(1, blocks);
  time = 90_000;
  progress.step?.(1, 50, 100, 1.23456);
  progress.step?.(1, 51, 100, 1.2);
  time = 120_000;
  progress.report?.({ ...base, block: blocks[1], learned: true, before: 6, after: 1.5, signal: 30 });
  progress.report?.({ ...base, block: blocks[2], learned: false, before: 3, after: 3, signal: 30 });
  return text;
}

describe('reconstruction progress', () => {
  it('says where it is, how long it takes, and what became of each block', () => {
    // 1.5 of 3 blocks took 90 s: 90 s are left.
    expect(shown(false).split('\n')).toEqual([
      'stem (stem.conv): kept as it is',
      'block 2/3 block1: step 50/100 loss 1.235 ETA 1:30',
      'block1 (block1.conv): error 20.00 % -> 5.00 % of the signal in 1:15',
      'fc (fc.conv): kept as it is, error 10.00 % of the signal',
      '',
    ]);
  });

  it('redraws one line on a terminal', () => {
    expect(shown(true)).toContain(
      '\r\u001b[Kblock 2/3 block1: step 50/100 loss 1.235 ETA 1:30\r\u001b[Kblock1 (block1.conv): error 20.00 %',
    );
  });
});
