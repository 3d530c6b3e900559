import { fail } from '@tally/core';

/** A table read from comma-separated values. */
export interface CsvTable {
  readonly columns: readonly string[];
  /** One object per row, by column name; `line` is where the row begins. */
  readonly rows: readonly { readonly line: number; readonly fields: Readonly<Record<string, string>> }[];
}

/**
 * Parses comma-separated values with a header line (RFC 4180): fields may be quoted, a quote in one is doubled, lines
 * end in LF or CRLF. Empty lines are passed over.
 *
 * @param source path, for messages
 * @throws TallyError `csv-syntax` with the line
 */
export function parseCsv(text: string, source: string): CsvTable {
  const records = [...splitRecords(text.replace(/^\uFEFF/, ''), source)];
  const [header, ...rest] = records;
  if (records.length === 0) {
    return fail(
      'csv-syntax',
      source,
      'is empty, a header line is needed',
      'give a line of column names first',
    );
  }
  const columns = header.fields;
  const rows = rest.map(({ line, fields }) => {
    if (fields.length !== columns.length) {
      fail(
        'csv-syntax',
        `${source}:${line}`,
        `has ${fields.length} fields, the header has ${columns.length}`,
        'put fields with commas in double quotes',
      );
    }
    return { line, fields: Object.fromEntries(columns.map((column, i) => [column, fields[i]])) };
  });
  return { columns, rows };
}

interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A field, then what ends it: comma, line end or end of text. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function* splitRecords(text: string, source: string): Generator<CsvRecord> {
  let line = 1;
  let start = 1;
  let fields: string[] = [];
  FIELD.lastIndex = 0;
  for (let at = 0; at < text.length;) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (match === null) {
      return fail(
        'csv-syntax',
        `${source}:${line}`,
        'a quoted field is not closed, or a quote stands inside a field',
        'double the quotes inside a quoted field',
      );
    }
    const [whole, quoted, plain, end] = match as unknown as [
      string,
      string | undefined,
      string | undefined,
      string,
    ];
    fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    line += whole.split('\n').length - 1;
    at += whole.length;
    const done = at >= text.length;
    // A comma at the very end of the text has an empty field behind it.
    if (end === ',' && done) fields.push('');
    if (end === ',' && !done) continue;
    if (fields.length > 1 || fields[0] !== '') yield { line: start, fields };
    fields = [];
    start = line;
  }
}
