import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blockDiagram } from '../scripts/block-diagram.ts';
import { waveFiles } from '../scripts/waves.ts';

const folder = new URL('../hw/macro/doc/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

test.each(waveFiles())(
  'hw/macro/doc/waves/%s is what the simulator does (npm run build:waves)',
  (file, text) => {
    expect(read(`waves/${file}`)).toBe(text);
  },
);

test('no other diagram lies there', () => {
  expect(readdirSync(new URL('waves/', folder)).sort()).toEqual(
    waveFiles()
      .map(([file]) => file)
      .sort(),
  );
});

test('the block diagram is current (npm run build:waves)', () => {
  expect(read('block-diagram.svg')).toBe(blockDiagram());
});

test('one step of the diagram computes its dot product', () => {
  // 3*1 - 2*3 + 1*2 + 0 - 0 + 2*2 + 3*3 + 1*1 = 13
  const { signal } = JSON.parse(read('waves/one-step.json')) as {
    readonly signal: readonly { readonly name?: string; readonly data?: readonly string[] }[];
  };
  expect(signal.find(({ name }) => name === 'out_data')?.data).toEqual(['13']);
});
