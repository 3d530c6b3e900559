import {
  inferTypes,
  listMacLayers,
  type CodeFormat,
  type NetworkFile,
  type NetworkNode,
  type TensorType,
} from '@tally/core';
import { grouped, percent } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable } from '../terminal/table.ts';

/** What is in a network file: identity, a row per node, provenance. */
export function describeNetwork(
  { network, hash, provenance }: NetworkFile,
  fileBytes: number,
  style: Style,
): string {
  const types = inferTypes(network);
  const layers = new Map(listMacLayers(network).map((layer) => [layer.id, layer]));
  const macs = [...layers.values()].reduce((sum, layer) => sum + layer.macs, 0);
  const codes = [...layers.values()].reduce((sum, layer) => sum + layer.weights.codes.length, 0);
  const rows = network.nodes.map((node) => {
    const layer = layers.get(node.id);
    const type = types.get(node.id);
    return [
      node.id,
      node.kind,
      details(node),
      type === undefined ? '' : type.shape.join('×'),
      type === undefined ? '' : showRange(type),
      layer === undefined ? '' : showFormat(layer.weights.format),
      layer === undefined ? '' : grouped(layer.weights.codes.length),
      layer === undefined ? '' : percent(zeroShare(layer.weights.codes)),
      layer === undefined ? '' : (layer.macs / 1e3).toFixed(1),
    ];
  });
  const table = renderTable(
    [
      { heading: 'node', align: 'left' },
      { heading: 'kind', align: 'left' },
      { heading: '', align: 'left' },
      { heading: 'output', align: 'left' },
      { heading: 'values', align: 'left' },
      { heading: 'weights', align: 'left' },
      { heading: 'count', align: 'right' },
      { heading: 'zero', align: 'right' },
      { heading: 'MACs', unit: 'k', align: 'right' },
    ],
    [...rows, ['all', '', '', '', '', '', grouped(codes), '', (macs / 1e3).toFixed(1)]],
    { style, totals: 1 },
  );
  const fields = renderFields(
    [
      ['hash', hash],
      ['input', `${network.input.shape.join('×')}, ${network.input.bits}-bit codes`],
      ['output', network.output],
      ['file', `${grouped(fileBytes)} bytes`],
      ...Object.entries(provenance).map(
        ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
      ),
    ],
    style,
  );
  return [style('bold', `integer network ${network.name}`), '', fields, '', table].join('\n');
}

/** A format in words a table has room for: `sign-magnitude 3`. */
export function showFormat({ system, bits }: CodeFormat): string {
  return `${system} ${bits}`;
}

function details(node: NetworkNode): string {
  switch (node.kind) {
    case 'conv':
      return [
        node.kernel.join('×'),
        ...(node.stride.some((step) => step !== 1) ? [`stride ${node.stride.join(',')}`] : []),
        ...(node.groups === 1 ? [] : [`${node.groups} groups`]),
      ].join(', ');
    case 'max-pool':
    case 'average-pool':
      return `${node.kernel.join('×')}, stride ${node.stride.join(',')}`;
    case 'threshold':
      return `${2 ** node.bits - 1} per ${node.direction.length === 1 ? 'tensor' : 'channel'}`;
    case 'affine':
      return `÷ 2^${node.shift}, error ≤ ${node.errorBoundLsb.toPrecision(4)} lsb`;
    case 'add':
      return node.inputs.join(' + ');
    case 'concat':
      return node.inputs.join(', ');
    case 'pad':
      return `${node.before.join(',')} before, ${node.after.join(',')} after, ${node.values.length === 1 ? `value ${node.values[0]}` : 'a value per channel'}`;
    case 'slice':
      return `from ${node.start.join(',')}, step ${node.step.join(',')}`;
    case 'upsample':
      return `${node.factors.join('×')} times`;
    case 'relu':
    case 'global-average-pool':
    case 'flatten':
    case 'fully-connected':
      return '';
    default:
      return node satisfies never;
  }
}

function showRange(type: TensorType): string {
  switch (type.kind) {
    case 'codes':
      return `${type.bits}-bit codes`;
    case 'integers':
      return `${grouped(type.min)} … ${grouped(type.max)}`;
    default:
      return type satisfies never;
  }
}

function zeroShare(codes: Int8Array): number {
  let zeros = 0;
  for (const code of codes) if (code === 0) zeros++;
  return codes.length === 0 ? 0 : zeros / codes.length;
}
