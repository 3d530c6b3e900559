import { INPUT_ID, type Network } from '../network/network.ts';
import { writeNetworkNode } from './network-nodes.ts';
import { NetworkWriter } from './network-writer.ts';

/** Options of {@link exportNetwork}. */
export interface NetworkExportOptions {
  /** `output` (default): the network's output is the file's only one. `all`: every node's value is an output. */
  readonly values?: 'output' | 'all';
}

/**
 * An integer network as an ONNX file of integer operators (ConvInteger, MatMulInteger, comparisons, 64-bit affine maps),
 * operator set 17, which any conforming runtime computes to the same integers: nothing in it rounds. Input `input`, uint8
 * codes `[n, ...input shape]`; outputs are named by node ids, uint8 for codes and int32 for integers. The same network
 * gives the same bytes.
 *
 * @throws TallyError when the network is not legal.
 */
export function exportNetwork(
  network: Network,
  { values = 'output' }: NetworkExportOptions = {},
): Uint8Array {
  const writer = new NetworkWriter(network);
  writer.input(INPUT_ID);
  for (const node of network.nodes) {
    writeNetworkNode(writer, node);
    if (values === 'all' || node.id === network.output) writer.output(node.id);
  }
  return writer.encode();
}
