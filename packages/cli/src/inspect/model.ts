import { parameterNamesOf, type FloatTensor, type Model, type ModelNode } from '@tally/core';
import { grouped } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable } from '../terminal/table.ts';
import { showFormat } from './network.ts';

/** What is in a trained model file: the graph, a row per node, and its parameters. */
export function describeModel({ graph, parameters }: Model, fileBytes: number, style: Style): string {
  const count = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (parameters.get(name)?.data.length ?? 0), 0);
  const rows = graph.nodes.map((node) => [
    node.id,
    node.kind,
    'inputs' in node ? node.inputs.join(' + ') : node.input,
    quantizer(node, parameters),
    grouped(count(parameterNamesOf(node))),
  ]);
  const all = [...parameters.values()].reduce((sum, tensor) => sum + tensor.data.length, 0);
  const table = renderTable(
    [
      { heading: 'node', align: 'left' },
      { heading: 'kind', align: 'left' },
      { heading: 'input', align: 'left' },
      { heading: 'quantizer', align: 'left' },
      { heading: 'parameters', align: 'right' },
    ],
    [...rows, ['all', '', '', '', grouped(all)]],
    { style, totals: 1 },
  );
  const fields = renderFields(
    [
      ['input', `${graph.input.shape.join('×')}, ${graph.input.bits}-bit codes × ${graph.input.scale}`],
      ['output', graph.output],
      ['file', `${grouped(fileBytes)} bytes`],
    ],
    style,
  );
  return [style('bold', `trained model ${graph.name}`), '', fields, '', table].join('\n');
}

function quantizer(node: ModelNode, parameters: ReadonlyMap<string, FloatTensor>): string {
  const step = (name: string): string => {
    const data = parameters.get(name)?.data;
    return data === undefined
      ? 'step missing'
      : data.length === 1
        ? `step ${data[0].toPrecision(4)}`
        : `${data.length} steps`;
  };
  switch (node.kind) {
    case 'conv':
    case 'fully-connected':
      return node.weightQuantizer === null
        ? 'float32'
        : `${showFormat(node.weightQuantizer.format)}, ${step(node.weightQuantizer.step)}`;
    case 'quantize':
      return [
        `unsigned ${node.bits}`,
        ...(node.levels === 2 ** node.bits ? [] : [`${node.levels} levels`]),
        ...(node.zeroPoint === 0 ? [] : [`zero point ${node.zeroPoint}`]),
        step(node.step),
      ].join(', ');
    default:
      return '';
  }
}
