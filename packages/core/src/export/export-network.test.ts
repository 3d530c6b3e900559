import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/reference.ts';
import { decodeOnnx } from '../frontend/onnx/decode.ts';
import type { Network } from '../network/network.ts';
import { inferTypes } from '../network/verify.ts';
import { randomImages, randomNetwork } from '../testing/index.ts';
import { exportNetwork } from './export-network.ts';
import { runOrt } from './export.test-support.ts';

describe('exportNetwork', () => {
  it('gives every value of random networks in ONNX Runtime as the reference executor does', async () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const network = randomNetwork(seed);
      const count = 2;
      const images = randomImages(network, count, seed);
      const expected = new Map<string, number[]>();
      createReferenceExecutor(network).run(images, count, {
        observe: (id, data) => expected.set(id, [...(expected.get(id) ?? []), ...data]),
      });
      const input = new Tensor('uint8', images, [count, ...network.input.shape]);
      const values = await runOrt(exportNetwork(network, { values: 'all' }), input);
      const outputs = await runOrt(exportNetwork(network), input);
      expect([...outputs.keys()]).toEqual([network.output]);
      expect([...outputs.get(network.output)!]).toEqual(expected.get(network.output));
      for (const { id, kind } of network.nodes) {
        kinds.add(kind);
        expect([...values.get(id)!], `${network.name}: ${id}`).toEqual(expected.get(id));
      }
    }
    // Every kind of node was met.
    expect([...kinds].sort()).toEqual([
      'add',
      'affine',
      'average-pool',
      'concat',
      'conv',
      'flatten',
      'fully-connected',
      'global-average-pool',
      'max-pool',
      'pad',
      'relu',
      'slice',
      'threshold',
    ]);
  });

  it('pads with a code per channel', async () => {
    const network: Network = {
      kind: 'network',
      name: 'border',
      input: { shape: [2, 1, 1], bits: 8 },
      nodes: [
        {
          kind: 'pad',
          id: 'border',
          input: 'input',
          before: [0, 0, 1],
          after: [0, 0, 0],
          values: Int32Array.of(7, 200),
        },
        { kind: 'flatten', id: 'flat', input: 'border' },
        {
          kind: 'fully-connected',
          id: 'fc',
          input: 'flat',
          outFeatures: 4,
          weights: {
            format: { system: 'sign-magnitude', bits: 2 },
            codes: Int8Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
          },
          bias: Int32Array.of(0, 0, 0, -1),
        },
      ],
      output: 'fc',
    };
    const outputs = await runOrt(
      exportNetwork(network),
      new Tensor('uint8', Uint8Array.of(3, 4), [1, 2, 1, 1]),
    );
    // The identity matrix: channel 0 is 7 3, channel 1 is 200 4, and the last bias takes 1 off.
    expect([...outputs.get('fc')!]).toEqual([7, 3, 200, 3]);
  });

  it('states types and shapes, names values by nodes, and gives the same bytes again', () => {
    const network = randomNetwork(3);
    const bytes = exportNetwork(network, { values: 'all' });
    const { graph, opsets } = decodeOnnx(bytes);
    expect([...opsets]).toEqual([['', 17]]);
    expect(graph.inputs).toEqual([{ name: 'input', type: 'uint8', shape: ['n', ...network.input.shape] }]);
    const types = inferTypes(network);
    expect(graph.outputs).toEqual(
      network.nodes.map(({ id }) => {
        const type = types.get(id)!;
        return { name: id, type: type.kind === 'codes' ? 'uint8' : 'int32', shape: ['n', ...type.shape] };
      }),
    );
    expect(exportNetwork(network, { values: 'all' })).toEqual(bytes);
  });
});
