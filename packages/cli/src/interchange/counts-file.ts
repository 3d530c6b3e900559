import { extname } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { COUNTS_COLUMNS, countsCsv, countsRows, countsYaml, type CountedLayer } from '@tally/core';

/** Endings of files of counts. */
export const COUNTS_ENDINGS = ['.csv', '.parquet', '.yaml', '.yml'] as const;

export type CountsEnding = (typeof COUNTS_ENDINGS)[number];

/** The ending of a path, where counts are written for it. */
export function countsEnding(path: string): CountsEnding | undefined {
  const ending = extname(path).toLowerCase();
  return COUNTS_ENDINGS.find((one) => one === ending);
}

/** The table of counts as Parquet: strings, and 64-bit integers. */
function countsParquet(layers: readonly CountedLayer[]): Uint8Array {
  const rows = countsRows(layers);
  const columnData = COUNTS_COLUMNS.map(([key, name]) => {
    const isText = key === 'layer' || key === 'tier' || key === 'name' || key === 'operand';
    return isText
      ? { name, data: rows.map((row) => row[key]), type: 'STRING' as const, nullable: false }
      : { name, data: rows.map((row) => BigInt(row[key])), type: 'INT64' as const, nullable: false };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** Counts in the format of a file's ending; the same counts give the same bytes. */
export function countsFile(ending: CountsEnding, layers: readonly CountedLayer[]): string | Uint8Array {
  switch (ending) {
    case '.csv':
      return countsCsv(countsRows(layers));
    case '.parquet':
      return countsParquet(layers);
    case '.yaml':
    case '.yml':
      return countsYaml(layers);
    default:
      return ending satisfies never;
  }
}
