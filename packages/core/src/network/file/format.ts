import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { fail, TallyError, throwIfAny } from '../../diagnostics/index.ts';
import type { Network } from '../network.ts';
import { INPUT_ID } from '../network.ts';
import { verify } from '../verify.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readSemantics, type Names } from './read-semantics.ts';
import { encodeSemantics, KIND_NUMBERS, LAST_KINDS } from './semantics.ts';

/** Anything that JSON can say. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Where a network comes from (command, seed, metrics): free JSON, not part of the hash. */
export type Provenance = Readonly<Record<string, JsonValue>>;

/** What a network file holds. */
export interface NetworkFile {
  readonly network: Network;
  readonly provenance: Provenance;
  /** Content hash, as `hashNetwork` gives it. */
  readonly hash: string;
}

/** `\x89TALLY\r\n`: the first byte is not ASCII and the last two suffer from text-mode copies, so both are noticed. */
const MAGIC = Uint8Array.of(0x89, 0x54, 0x41, 0x4c, 0x4c, 0x59, 0x0d, 0x0a);

/**
 * Newest version of the format; all from 1 on are read. A file is written in the oldest version that has
 * its node kinds, so that networks keep their bytes.
 */
export const NETWORK_FORMAT_VERSION = 3;

const CHECKSUM_BYTES = 32;

/** The oldest version that can say the network: pad, slice and concat came with version 2, upsample with version 3. */
function versionOf(network: Network): number {
  const last = Math.max(...network.nodes.map((node) => KIND_NUMBERS[node.kind]));
  return (
    1 +
    Math.max(
      0,
      LAST_KINDS.findIndex((kind) => last <= kind),
    )
  );
}

function encodeNames(network: Network): Uint8Array {
  const writer = new ByteWriter();
  writer.text(network.name);
  for (const node of network.nodes) {
    writer.text(node.id);
    if (node.kind === 'affine') writer.float64(node.errorBoundLsb);
  }
  return writer.finish();
}

/**
 * A network file (extension `.tally`): weights packed at their own width, thresholds as differences,
 * a checksum at the end. The same network and provenance give the same bytes. See docs/format-network.md.
 *
 * @throws TallyError when the network is not legal.
 */
export function encodeNetwork(network: Network, provenance: Provenance = {}): Uint8Array {
  throwIfAny(verify(network));
  const writer = new ByteWriter();
  writer.bytes(MAGIC);
  writer.byte(versionOf(network));
  writer.block(encodeSemantics(network));
  writer.block(encodeNames(network));
  writer.text(JSON.stringify(provenance));
  const content = writer.finish();
  writer.bytes(sha256(content));
  return writer.finish();
}

function checkContainer(bytes: Uint8Array, source: string): Uint8Array {
  const remedy = 'name a network file that tally wrote (extension .tally)';
  if (bytes.length < MAGIC.length || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    const start = bytesToHex(bytes.subarray(0, MAGIC.length));
    fail(
      'network-file-magic',
      source,
      `starts with ${start === '' ? 'nothing' : start}, a network file starts with ${bytesToHex(MAGIC)}`,
      remedy,
    );
  }
  const version = bytes[MAGIC.length];
  if (bytes.length < MAGIC.length + 1 + CHECKSUM_BYTES) {
    fail(
      'network-file-truncated',
      source,
      `has ${bytes.length} bytes, too few for a network file`,
      'copy the file again, it is incomplete',
    );
  }
  const content = bytes.subarray(0, bytes.length - CHECKSUM_BYTES);
  const checksum = bytes.subarray(bytes.length - CHECKSUM_BYTES);
  if (sha256(content).some((byte, i) => byte !== checksum[i])) {
    fail(
      'network-file-checksum',
      source,
      'does not match the checksum in its last 32 bytes, it is truncated or damaged',
      'copy the file again from its source',
    );
  }
  if (version < 1 || version > NETWORK_FORMAT_VERSION) {
    fail(
      'network-file-version',
      `${source}@byte ${MAGIC.length}`,
      `has format version ${version}, this tally reads versions 1 to ${NETWORK_FORMAT_VERSION}`,
      'use a tally that knows this version, or write the file again',
    );
  }
  return content;
}

function isProvenance(value: unknown): value is Provenance {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseProvenance(reader: ByteReader): Provenance {
  const text = reader.text('the provenance');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return reader.malformed('the provenance is not JSON');
  }
  return isProvenance(value) ? value : reader.malformed('the provenance is not a JSON object');
}

/** Names are read in the order of nodes, as the semantics section tells their kinds. */
function readNames(reader: ByteReader): { readonly name: string; readonly names: Names } {
  const name = reader.text('the name');
  const ids = [INPUT_ID];
  const names: Names = {
    id: (position) => {
      while (ids.length <= position) ids.push(reader.text('a node id'));
      return ids[position];
    },
    errorBoundLsb: () => reader.float64('an error bound'),
  };
  return { name, names };
}

/**
 * Reads a network file, and verifies the network in it.
 *
 * @param sourceName the file's name, for messages.
 * @throws TallyError `network-file-magic`, `-version`, `-checksum`, `-truncated` or `-malformed` with
 * file name and byte offset; or the issues of `verify`, each path prefixed with the file name.
 */
export function decodeNetwork(bytes: Uint8Array, sourceName: string): NetworkFile {
  const content = checkContainer(bytes, sourceName);
  const start = MAGIC.length + 1;
  const reader = new ByteReader(content.subarray(start), sourceName, start);
  const offset = (): number => content.length - reader.remaining;
  const semantics = reader.block('the semantics section');
  const semanticsAt = offset() - semantics.length;
  const namesBytes = reader.block('the names section');
  const namesReader = new ByteReader(namesBytes, sourceName, offset() - namesBytes.length);
  const provenance = parseProvenance(reader);
  reader.end('the file');
  const { name, names } = readNames(namesReader);
  const network: Network = {
    kind: 'network',
    name,
    ...readSemantics(new ByteReader(semantics, sourceName, semanticsAt), names),
  };
  namesReader.end('the names section');
  const version = bytes[MAGIC.length];
  if (version !== versionOf(network)) {
    fail(
      'network-file-malformed',
      `${sourceName}@byte ${MAGIC.length}`,
      `has format version ${version}, but its nodes are those of version ${versionOf(network)}`,
      'write the file again from its source; it is damaged or was not made by tally',
    );
  }
  const issues = verify(network);
  if (issues.length > 0)
    throw new TallyError(issues.map((issue) => ({ ...issue, path: `${sourceName}: ${issue.path}` })));
  return { network, provenance, hash: bytesToHex(sha256(semantics)) };
}
