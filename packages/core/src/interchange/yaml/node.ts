/** Where a value stands in its file; lines and columns count from 1. */
export interface Place {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  /** Keys and indices from the root, dot-separated; empty for the root. */
  readonly path: string;
}

interface Located {
  readonly place: Place;
  /** A local tag, e.g. `!Component`; null where there is none. */
  readonly tag: string | null;
}

export interface YamlScalar extends Located {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface YamlList extends Located {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface YamlField {
  readonly key: string;
  readonly place: Place;
  readonly value: YamlNode;
}

export interface YamlMap extends Located {
  readonly kind: 'map';
  readonly fields: ReadonlyMap<string, YamlField>;
}

/** A YAML value that knows where it stands. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

/** A place as errors show it: `map.yaml:4:5: mapping.0.factors`. */
export function showPlace({ source, line, column, path }: Place): string {
  const at = `${source}:${line}:${column}`;
  return path === '' ? at : `${at}: ${path}`;
}
