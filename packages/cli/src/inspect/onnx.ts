import {
  checkSupported,
  findOperator,
  importOnnx,
  onnxOperators,
  renderIssue,
  simplify,
  TallyError,
  valueShapes,
  weightShapesOf,
  type ImportedNetwork,
  type Issue,
  type Model,
  type OnnxModel,
  type OnnxNode,
} from '@tally/core';
import { grouped } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable } from '../terminal/table.ts';

/** Remarks that are shown; the others are counted. Refusals are all shown. */
const MOST_REMARKS = 20;

/** What reading a file came to: how far it gets, and what stops it. */
interface Examined {
  readonly imported: ImportedNetwork | null;
  readonly issues: readonly Issue[];
}

/** Runs one stage; what it refuses becomes issues. */
function attempt<T>(issues: Issue[], work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    issues.push(...error.issues);
    return null;
  }
}

function examine(model: OnnxModel, name: string): Examined {
  const issues: Issue[] = [...checkSupported(model, findOperator)];
  if (issues.length > 0) return { imported: null, issues };
  const graph = attempt(issues, () => simplify(model, { operator: findOperator }));
  const imported =
    graph === null ? null : attempt(issues, () => importOnnx(graph, { name, normalization: null }));
  return { imported, issues };
}

/**
 * What is in an ONNX file and what would become of it: its head, its operators with their place, its layers with
 * their multiply-accumulates, every refusal and every remark. A refused file is described as far as it goes.
 */
export function describeOnnx(model: OnnxModel, name: string, fileBytes: number, style: Style): string {
  const { imported, issues } = examine(model, name);
  const { graph, opsets, irVersion, producer } = model;
  const values = [...graph.initializers.values()].reduce((sum, { data }) => sum + data.length, 0);
  const port = (ports: OnnxModel['graph']['inputs']): string =>
    ports.map(({ name: value, type, shape }) => `${value} ${type} [${shape?.join(', ') ?? '?'}]`).join(', ');
  const fields: (readonly [string, string])[] = [
    ['graph', graph.name === '' ? 'without a name' : graph.name],
    ['producer', producer === '' ? 'not stated' : producer],
    ['IR version', String(irVersion)],
    [
      'operator sets',
      [...opsets].map(([domain, version]) => `${domain === '' ? 'ONNX' : domain} ${version}`).join(', '),
    ],
    ['inputs', port(graph.inputs)],
    ['outputs', port(graph.outputs)],
    ['parameters', `${grouped(values)} in ${grouped(graph.initializers.size)} tensors`],
    ['quantizers', quantizers(graph.nodes)],
    ['file', `${grouped(fileBytes)} bytes`],
    ['becomes', becomes(imported, issues)],
  ];
  return [
    style('bold', `ONNX network ${name}`),
    '',
    renderFields(fields, style),
    '',
    operatorTable(model, style),
    ...(imported === null ? [] : ['', layerTable(imported.model, style)]),
    ...list(
      'Refused',
      issues.map((issue) => indent(renderIssue(issue))),
      Infinity,
      style,
    ),
    ...list(
      'Rewritten or dropped on import',
      (imported?.remarks ?? []).map(({ place, message }) => `  ${place}: ${message}`),
      MOST_REMARKS,
      style,
    ),
  ].join('\n');
}

function becomes(imported: ImportedNetwork | null, issues: readonly Issue[]): string {
  if (imported === null) return `nothing: ${grouped(issues.length)} refusals, listed below`;
  return imported.quantized
    ? 'a quantized model: tally quantize lowers it without calibration'
    : 'a model that tally quantize --data calibrates';
}

/** QONNX and QDQ nodes by operator, and how many of them have constant data. */
function quantizers(nodes: readonly OnnxNode[]): string {
  const counts = new Map<string, number>();
  for (const { operator } of nodes) {
    if (
      !/^(?:Quant|IntQuant|BipolarQuant|MultiThreshold|Trunc|QuantizeLinear|DequantizeLinear)$/.test(operator)
    )
      continue;
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  return counts.size === 0
    ? 'none: full precision'
    : [...counts].map(([operator, count]) => `${count} ${operator}`).join(', ');
}

const PLACES = {
  macro: 'macro',
  host: 'host',
  folded: 'folded away',
  'float-only': 'float executor only',
} as const;

function placeOf({ domain, operator }: OnnxNode, opsets: ReadonlyMap<string, number>): string {
  const known = findOperator(domain, operator, opsets.get(domain) ?? 1);
  if (known !== undefined) return PLACES[known.placement];
  const isKnownElsewhere = onnxOperators.some(({ name }) => name === operator);
  return isKnownElsewhere ? 'not in this version' : 'not supported';
}

function operatorTable({ graph, opsets }: OnnxModel, style: Style): string {
  const rows = new Map<string, { readonly operator: string; readonly place: string; count: number }>();
  for (const node of graph.nodes) {
    const operator = node.domain === '' ? node.operator : `${node.domain}.${node.operator}`;
    const row = rows.get(operator) ?? { operator, place: placeOf(node, opsets), count: 0 };
    row.count++;
    rows.set(operator, row);
  }
  const sorted = [...rows.values()].sort((a, b) => b.count - a.count || (a.operator < b.operator ? -1 : 1));
  return renderTable(
    [
      { heading: 'operator', align: 'left' },
      { heading: 'place', align: 'left' },
      { heading: 'nodes', align: 'right' },
    ],
    [
      ...sorted.map(({ operator, place, count }) => [operator, place, grouped(count)]),
      ['all', '', grouped(graph.nodes.length)],
    ],
    { style, totals: 1 },
  );
}

function layerTable({ graph, parameters }: Model, style: Style): string {
  const shapes = valueShapes(graph, weightShapesOf(graph, parameters));
  let all = 0;
  const rows = graph.nodes.flatMap((node) => {
    if (node.kind !== 'conv' && node.kind !== 'fully-connected') return [];
    const weight = parameters.get(node.weight)?.shape ?? [];
    const output = shapes.get(node.id) ?? [];
    // Every output element is a dot product over one filter.
    const filter = weight.slice(1).reduce((product, size) => product * size, 1);
    const macs = output.reduce((product, size) => product * size, filter);
    all += macs;
    return [[node.id, node.kind, weight.join('×'), output.join('×'), (macs / 1e3).toFixed(1)]];
  });
  return renderTable(
    [
      { heading: 'layer on the macro', align: 'left' },
      { heading: 'kind', align: 'left' },
      { heading: 'weights', align: 'left' },
      { heading: 'output', align: 'left' },
      { heading: 'MACs', unit: 'k', align: 'right' },
    ],
    [...rows, ['all', '', '', '', (all / 1e3).toFixed(1)]],
    { style, totals: 1 },
  );
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function list(title: string, lines: readonly string[], most: number, style: Style): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length - most;
  return [
    '',
    style('bold', `${title} (${grouped(lines.length)})`),
    ...lines.slice(0, most),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ];
}
