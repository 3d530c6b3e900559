import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from './csv.ts';

const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;

describe('parseCsv', () => {
  it('reads back any fields, quoted where they must be', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', ' ', 'ü') });
    const table = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, last) => {
        const plain = (text: string): string => (/[",\n]/.test(text) ? quoted(text) : text);
        const lines = ['x,y', ...rows.map((row) => row.map(plain).join(','))];
        const { columns, rows: read } = parseCsv(lines.join(end) + (last ? end : ''), 'a.csv');
        expect(columns).toEqual(['x', 'y']);
        expect(read.map(({ fields }) => [fields['x'], fields['y']])).toEqual(rows);
      }),
    );
  });

  it('counts lines, also those inside fields', () => {
    const { rows } = parseCsv('\uFEFFa,b\n"1\n1",2\n\n3,4\n', 'a.csv');
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
  });

  it.each([
    ['', 'a.csv: is empty, a header line is needed [csv-syntax]'],
    ['a,b\n1,2,3\n', 'a.csv:2: has 3 fields, the header has 2 [csv-syntax]'],
    ['a,b\n"1,2\n', 'a.csv:2: a quoted field is not closed'],
    ['a,b\n1,x"y\n', 'a.csv:2: a quoted field is not closed, or a quote stands inside a field'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCsv(text, 'a.csv')).toThrow(message);
  });
});
