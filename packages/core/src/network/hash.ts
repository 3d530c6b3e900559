import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { throwIfAny } from '../diagnostics/index.ts';
import { encodeSemantics } from './file/semantics.ts';
import type { Network } from './network.ts';
import { verify } from './verify.ts';

/**
 * Names a network by what it computes: 64 hexadecimal digits, the SHA-256 of its canonical bytes.
 * Networks that differ only in name, node ids, stated error bounds or provenance have one hash;
 * a change of any integer, shape, code format or of the order of nodes changes it.
 *
 * @throws TallyError when the network is not legal.
 */
export function hashNetwork(network: Network): string {
  throwIfAny(verify(network));
  return bytesToHex(sha256(encodeSemantics(network)));
}
