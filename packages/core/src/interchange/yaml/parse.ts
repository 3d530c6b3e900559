import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
} from 'yaml';
import { fail, TallyError, throwIfAny, type Issue } from '../../diagnostics/index.ts';
import type { SourceFile } from '../imported.ts';
import { showPlace, type Place, type YamlField, type YamlNode } from './node.ts';

/** Longest file that is read, in characters. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** What turns one document of a file into nodes. */
interface Walk {
  readonly document: Document.Parsed;
  readonly place: (node: Node, path: string) => Place;
  readonly issues: Issue[];
  /** Of the anchors that were walked: aliases share their nodes, so that nested aliases cost nothing. Null: still being walked. */
  readonly anchored: Map<Node, YamlNode | null>;
}

const join = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);

function report(walk: Walk, place: Place, code: string, message: string, remedy: string): void {
  walk.issues.push({ code, path: showPlace(place), message, remedy });
}

/** A local tag as written; the standard ones (`!!map`) say nothing new. */
function tagOf(node: Node): string | null {
  return node.tag?.startsWith('!') === true ? node.tag : null;
}

function convert(walk: Walk, node: Node | null, parent: Place, path: string): YamlNode {
  if (node === null) return { kind: 'scalar', value: null, place: { ...parent, path }, tag: null };
  const place = walk.place(node, path);
  const empty: YamlNode = { kind: 'scalar', value: null, place, tag: null };
  if (isAlias(node)) {
    const target = node.resolve(walk.document);
    if (target === undefined) return empty;
    const known = walk.anchored.get(target);
    if (known === null) {
      report(
        walk,
        place,
        'yaml-alias-of-itself',
        `alias *${node.source} stands inside what it stands for`,
        'write the value out',
      );
    }
    return known ?? empty;
  }
  walk.anchored.set(node, null);
  const made = content(walk, node, place, path) ?? empty;
  walk.anchored.set(node, made);
  return made;
}

function content(walk: Walk, node: Node, place: Place, path: string): YamlNode | null {
  const tag = tagOf(node);
  if (isScalar(node)) {
    const { value } = node;
    const isPlain =
      value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return { kind: 'scalar', value: isPlain ? value : null, place, tag };
  }
  if (isSeq(node)) {
    const items = node.items.map((item, index) =>
      convert(walk, item as Node | null, place, join(path, index)),
    );
    return { kind: 'list', items, place, tag };
  }
  if (!isMap(node)) return null;
  const fields = new Map<string, YamlField>();
  const merged: YamlField[] = [];
  for (const pair of node.items) {
    const keyNode = pair.key as Node;
    if (!isScalar(keyNode)) {
      report(
        walk,
        walk.place(keyNode, path),
        'yaml-key',
        'a key is a list or a map',
        'use a plain word as key',
      );
      continue;
    }
    const key = String(keyNode.value);
    const keyPath = join(path, key);
    const keyPlace = walk.place(keyNode, keyPath);
    const value = convert(walk, pair.value as Node | null, keyPlace, keyPath);
    if (key === '<<') merged.push(...mergedFields(value));
    else fields.set(key, { key, place: keyPlace, value });
  }
  for (const field of merged) if (!fields.has(field.key)) fields.set(field.key, field);
  return { kind: 'map', fields, place, tag };
}

/** What a merge key (`<<`) brings in, from one map or a list of them; the first that has a key wins. */
function mergedFields(value: YamlNode): readonly YamlField[] {
  if (value.kind === 'map') return [...value.fields.values()];
  return value.kind === 'list' ? value.items.flatMap(mergedFields) : [];
}

function parseText(text: string, source: string, lines: LineCounter): Document.Parsed {
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    version: '1.2',
    logLevel: 'silent',
  });
  if (!Array.isArray(documents) || documents.length === 0) {
    return fail('yaml-empty', source, 'the file holds no document', 'check that it is the right file');
  }
  if (documents.length > 1) {
    return fail(
      'yaml-several-documents',
      source,
      `holds ${documents.length} documents, separated by ---`,
      'put each into a file of its own',
    );
  }
  return documents[0];
}

function syntaxIssues(document: Document.Parsed, source: string, lines: LineCounter): readonly Issue[] {
  return document.errors.map((error): Issue => {
    const { line, col } = lines.linePos(error.pos[0]);
    return {
      code: error.code === 'DUPLICATE_KEY' ? 'yaml-duplicate-key' : 'yaml-syntax',
      path: `${source}:${line}:${col}`,
      message: `not YAML: ${error.message.split('\n')[0]}`,
      remedy: error.code === 'DUPLICATE_KEY' ? 'keep one of the two keys' : 'mend the syntax there',
    };
  });
}

/**
 * Reads one YAML 1.2 document; local tags, anchors, aliases and merge keys are understood.
 *
 * @param source file name, for the errors
 * @throws TallyError with every error and its line and column: `yaml-syntax`, `yaml-duplicate-key`, `yaml-key`, `yaml-alias-of-itself`;
 *   `yaml-empty`, `yaml-several-documents`, `yaml-too-long`, `yaml-too-deep`, `template`
 */
export function parseYaml(text: string, source: string): YamlNode {
  if (text.length > MOST_CHARACTERS) {
    fail(
      'yaml-too-long',
      source,
      `has ${text.length} characters, at most ${MOST_CHARACTERS} are read`,
      'split the file',
    );
  }
  const lines = new LineCounter();
  const template = /\{\{|\{%/.exec(text);
  if (template !== null) {
    const before = text.slice(0, template.index).split('\n');
    fail(
      'template',
      `${source}:${before.length}:${before[before.length - 1].length + 1}`,
      `is a Jinja template (${template[0]}), not yet YAML`,
      'expand it first: Timeloop writes the expanded input beside its results (parsed-processed-input.yaml)',
    );
  }
  try {
    const document = parseText(text, source, lines);
    throwIfAny(syntaxIssues(document, source, lines));
    const walk: Walk = {
      document,
      issues: [],
      anchored: new Map(),
      place: (node, path) => {
        const { line, col } = lines.linePos(node.range?.[0] ?? 0);
        return { source, line, column: col, path };
      },
    };
    const root = convert(walk, document.contents, { source, line: 1, column: 1, path: '' }, '');
    throwIfAny(walk.issues);
    return root;
  } catch (error) {
    if (error instanceof TallyError) throw error;
    if (error instanceof RangeError) {
      return fail('yaml-too-deep', source, 'is nested too deeply', 'flatten it');
    }
    throw error;
  }
}

/** Parses files, reporting the syntax errors of all of them at once. */
export function parseFiles(files: readonly SourceFile[]): readonly YamlNode[] {
  const issues: Issue[] = [];
  const roots: YamlNode[] = [];
  for (const { name, text } of files) {
    try {
      roots.push(parseYaml(text, name));
    } catch (error) {
      if (!(error instanceof TallyError)) throw error;
      issues.push(...error.issues);
    }
  }
  throwIfAny(issues);
  return roots;
}
