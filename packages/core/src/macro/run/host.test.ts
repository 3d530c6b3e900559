import { expect, it } from 'vitest';
import { createReferenceExecutor } from '../../execute/index.ts';
import { inferTypes, inputsOf, INPUT_ID, isMacNode } from '../../network/index.ts';
import { randomImages, randomNetwork } from '../../testing/index.ts';
import { hostNode } from './host.ts';

it('computes every node beside the macro as the integer executor does', () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const network = randomNetwork(seed);
    const types = inferTypes(network);
    const image = randomImages(network, 1, seed);
    const values = new Map<string, Uint8Array | Int32Array>([[INPUT_ID, image]]);
    createReferenceExecutor(network).run(image, 1, {
      observe: (id, data) => values.set(id, data.slice()),
    });
    for (const node of network.nodes) {
      if (isMacNode(node)) continue;
      kinds.add(node.kind);
      const operands = inputsOf(node).map((id) => ({ shape: types.get(id)!.shape, data: values.get(id)! }));
      expect(hostNode(node, operands, types.get(node.id)!).data, `${network.name} ${node.id}`).toEqual(
        values.get(node.id),
      );
    }
  }
  expect([...kinds].sort()).toEqual([
    'add',
    'affine',
    'average-pool',
    'concat',
    'flatten',
    'global-average-pool',
    'max-pool',
    'pad',
    'relu',
    'slice',
    'threshold',
    'upsample',
  ]);
});
