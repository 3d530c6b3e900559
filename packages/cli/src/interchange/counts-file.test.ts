import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { COUNTS_COLUMNS, countsRows, importMapping } from '@tally/core';
import { countsEnding, countsFile } from './counts-file.ts';
import { timeloopPath } from './timeloop-files.ts';

const example = (name: string) => {
  const path = fileURLToPath(new URL(`../../../../examples/interchange/zigzag/${name}`, import.meta.url));
  return { name, text: readFileSync(path, 'utf8') };
};
const { layers } = importMapping(['workload.yaml', 'accelerator.yaml', 'mapping.yaml'].map(example));

test('Parquet, read by another program, holds the rows with their types', async () => {
  const bytes = countsFile('.parquet', layers);
  if (typeof bytes === 'string') throw new TypeError('Parquet is bytes');
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  // As text, with the types.
  const read = (await parquetReadObjects({ file })).map((row) =>
    Object.entries(row).map(([key, value]) => `${key} ${typeof value} ${String(value)}`),
  );
  const expected = countsRows(layers).map((row) =>
    COUNTS_COLUMNS.map(([key, name]) => {
      const value = row[key];
      return `${name} ${typeof value === 'number' ? 'bigint' : 'string'} ${value}`;
    }),
  );
  // conv: 11 rows, as its weights have no buffer; so has the classifier.
  expect(expected).toHaveLength(22);
  expect(read).toEqual(expected);
  const { schema } = parquetMetadata(file);
  expect(schema.slice(1).map(({ name, type }) => `${name} ${type}`)).toEqual([
    'layer BYTE_ARRAY',
    'tier BYTE_ARRAY',
    'name BYTE_ARRAY',
    'operand BYTE_ARRAY',
    'reads INT64',
    'writes INT64',
    'read_bits INT64',
    'write_bits INT64',
  ]);
  expect(countsFile('.parquet', layers)).toEqual(bytes);
});

test('the ending says the format', () => {
  expect(countsEnding('a/b.CSV')).toBe('.csv');
  expect(countsEnding('b.txt')).toBeUndefined();
  expect(countsFile('.yml', layers)).toBe(countsFile('.yaml', layers));
});

test('file names of layers hold no path', () => {
  expect(timeloopPath('out', 0, '../a/b c:conv')).toBe('out/01-.._a_b_c_conv.yaml');
});
