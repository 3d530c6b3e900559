import { TallyError, type Issue } from '../diagnostics/index.ts';
import {
  showPlace,
  type Place,
  type YamlField,
  type YamlList,
  type YamlMap,
  type YamlNode,
} from './yaml/node.ts';

/** Something in a file that Tally does not use or counts otherwise, and why. */
export interface Unused {
  /** File, line, column and path. */
  readonly path: string;
  readonly what: string;
  readonly why: string;
}

/**
 * Collects what is wrong with foreign files, so that all of it is reported at once, and what in them is not used. Its readers return null for
 * what they have refused.
 */
export class Findings {
  readonly issues: Issue[] = [];
  readonly unused: Unused[] = [];
  /** What Tally counts otherwise than the hardware of the file would. */
  readonly differences: Unused[] = [];

  refuse(place: Place, code: string, message: string, remedy: string): null {
    this.issues.push({ code, path: showPlace(place), message, remedy });
    return null;
  }

  leave(place: Place, what: string, why: string): void {
    this.unused.push({ path: showPlace(place), what, why });
  }

  differ(place: Place, what: string, why: string): void {
    this.differences.push({ path: showPlace(place), what, why });
  }

  /** @throws TallyError when anything was refused */
  throwIfRefused(): void {
    if (this.issues.length > 0) throw new TallyError(this.issues);
  }

  map(node: YamlNode, what: string): YamlMap | null {
    if (node.kind === 'map') return node;
    return this.refuse(node.place, 'not-a-map', `${what} is ${kindOf(node)}`, 'write it as key: value lines');
  }

  list(node: YamlNode, what: string): YamlList | null {
    if (node.kind === 'list') return node;
    return this.refuse(node.place, 'not-a-list', `${what} is ${kindOf(node)}`, 'write it as a list, - item');
  }

  /** A required field. */
  field(map: YamlMap, key: string, what: string): YamlNode | null {
    const field = map.fields.get(key);
    if (field !== undefined) return field.value;
    return this.refuse(map.place, 'missing-key', `${what} has no '${key}'`, `add '${key}:'`);
  }

  text(node: YamlNode, what: string): string | null {
    if (node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number')) {
      return String(node.value);
    }
    return this.refuse(node.place, 'not-a-word', `${what} is ${kindOf(node)}`, 'write a word');
  }

  /** A whole number from `least` to `most`. */
  whole(node: YamlNode, what: string, least: number, most = MOST_SIZE): number | null {
    const value = node.kind === 'scalar' ? node.value : null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    const remedy = `write a whole number from ${least} to ${most}`;
    if (typeof value === 'string' && /[-+*/()a-zA-Z_]/.test(value)) {
      return this.refuse(
        node.place,
        'expression',
        `${what} is '${value}': expressions are not evaluated`,
        remedy,
      );
    }
    const shown = node.kind === 'scalar' ? String(value) : kindOf(node);
    return this.refuse(node.place, 'not-a-size', `${what} is ${shown}`, remedy);
  }

  /** Refuses keys that are neither known nor left out for a reason. */
  keys(map: YamlMap, known: readonly string[], left: Readonly<Record<string, string>>, what: string): void {
    for (const field of map.fields.values()) {
      if (known.includes(field.key)) continue;
      if (Object.hasOwn(left, field.key))
        this.leave(field.place, `'${field.key}' of ${what}`, left[field.key]);
      else this.unknownKey(field, [...known, ...Object.keys(left)], what);
    }
  }

  private unknownKey(field: YamlField, known: readonly string[], what: string): void {
    this.refuse(
      field.place,
      'unknown-key',
      `${what} has no key '${field.key}'`,
      `use one of ${[...known].sort().join(', ')}`,
    );
  }
}

/** Largest size of a dimension that is read: a walk along it must stay short. */
export const MOST_SIZE = 1_048_576;

function kindOf(node: YamlNode): string {
  switch (node.kind) {
    case 'map':
      return 'a map';
    case 'list':
      return 'a list';
    case 'scalar':
      return node.value === null ? 'empty' : `'${String(node.value)}'`;
    default:
      return node satisfies never;
  }
}
