import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import { arbitraryNetwork, randomNetwork, seededRandom } from '../../testing/index.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { codeRange, isCodeFormat, type CodeFormat } from '../codes.ts';
import { hashNetwork } from '../hash.ts';
import type { ConvNode, Network } from '../network.ts';
import { verify } from '../verify.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { decodeNetwork, encodeNetwork } from './format.ts';
import { packCodes, readCodes } from './pack.ts';

const small: Network = {
  kind: 'network',
  name: 'small',
  input: { shape: [4], bits: 2 },
  nodes: [
    {
      kind: 'fully-connected',
      id: 'fc',
      input: 'input',
      outFeatures: 2,
      weights: {
        format: { system: 'sign-magnitude', bits: 3 },
        codes: Int8Array.of(1, -1, 0, 3, -3, 2, -2, 0),
      },
      bias: Int32Array.of(-1, 100),
    },
  ],
  output: 'fc',
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The same file with a valid checksum over changed content. */
function resign(bytes: Uint8Array): Uint8Array {
  const content = bytes.slice(0, -32);
  return Uint8Array.from([...content, ...sha256(content)]);
}

function decodeOrRefuse(bytes: Uint8Array): 'decoded' | 'refused' {
  try {
    expect(verify(decodeNetwork(bytes, 'x.tally').network)).toEqual([]);
    return 'decoded';
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    for (const issue of error.issues) expect(issue.path.startsWith('x.tally')).toBe(true);
    return 'refused';
  }
}

describe('network file', () => {
  it('is laid out as documented, by hand', () => {
    const bytes = encodeNetwork(small, { seed: 1 });
    // Codes 1 -1 0 3 -3 2 -2 0 as sign-magnitude: 001 101 000 011 111 010 110 000, first in the lowest bits:
    // byte 0 = 00 101 001 = 29, byte 1 = 1 111 011 0 -> bits 8-15: code2 bit2 = 0, code3 011, code4 111, code5 bit0 0 = 0 111 011 0 = 76,
    // byte 2 = code5 01, code6 110, code7 000 = 000 110 01 = 19.
    const semantics = [
      '02', // input bits
      '01' + '04', // rank, size
      '01', // one node
      '02' + '00', // fully-connected, reads value 0
      '02' + '01' + '03' + '08' + '297619', // 2 features, sign-magnitude, 3 bits, 8 codes
      '02' + '03' + 'c801', // bias: -1 -> 1*2 + 1 = 3; 100 = 36 + 64*1 -> 128 + 36*2 = c8, then 1
      '01', // the output is value 1
    ].join('');
    const names = '05' + '736d616c6c' + '02' + '6663';
    const content =
      '89' +
      '54414c4c59' +
      '0d0a' +
      '01' +
      '12' +
      semantics +
      '09' +
      names +
      '0a' +
      hex(new TextEncoder().encode('{"seed":1}'));
    expect(hex(bytes.slice(0, -32))).toBe(content);
    expect(decodeNetwork(bytes, 'small.tally')).toEqual({
      network: small,
      provenance: { seed: 1 },
      hash: hashNetwork(small),
    });
  });

  it('has a stable hash that ignores names and statements but no integer', () => {
    expect(hashNetwork(small)).toBe('57a042b5135f9d14cee3ec8e52f16198fa37e770448e92672eacf3b5abb1d346');
    const [node] = small.nodes;
    const renamed: Network = {
      ...small,
      name: 'other',
      nodes: [{ ...node, id: 'x' }],
      output: 'x',
    };
    expect(hashNetwork(renamed)).toBe(hashNetwork(small));
    const changed = structuredClone(small);
    (changed.nodes[0] as ConvNode).bias![0] += 1;
    expect(hashNetwork(changed)).not.toBe(hashNetwork(small));
  });

  it('round-trips every network exactly', () => {
    fc.assert(
      fc.property(
        arbitraryNetwork(),
        fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<null>),
        (network, provenance) => {
          const bytes = encodeNetwork(network, provenance);
          const file = decodeNetwork(bytes, 'x.tally');
          expect(file.network).toEqual(network);
          expect(file.provenance).toEqual(JSON.parse(JSON.stringify(provenance)));
          expect(file.hash).toBe(hashNetwork(network));
          expect(encodeNetwork(file.network, file.provenance)).toEqual(bytes);
        },
      ),
    );
  });

  it('refuses every truncation and every flipped byte', () => {
    const bytes = encodeNetwork(randomNetwork(8, { maxChannels: 4 }), { command: 'test' });
    for (let length = 0; length < bytes.length; length++)
      expect(decodeOrRefuse(bytes.subarray(0, length))).toBe('refused');
    const random = seededRandom(1);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] ^= 1 << random.integer(0, 7);
      expect(decodeOrRefuse(flipped)).toBe('refused');
    }
  });

  it('refuses or decodes to a legal network whatever the content, checksum aside', () => {
    fc.assert(
      fc.property(
        arbitraryNetwork({ maxChannels: 4, maxStages: 2 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat()),
        (network, edits, cut) => {
          let bytes = encodeNetwork(network);
          for (const [at, value] of edits) bytes[at % bytes.length] = value;
          if (cut !== null) bytes = bytes.slice(0, Math.max(41, cut % bytes.length));
          decodeOrRefuse(resign(bytes));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('says what is wrong', () => {
    const bytes = encodeNetwork(small);
    const decode = (data: Uint8Array) => () => decodeNetwork(data, 'm.tally');
    expect(decode(new Uint8Array(0))).toThrow(
      'm.tally: starts with nothing, a network file starts with 8954414c4c590d0a [network-file-magic] — name a network file that tally wrote (extension .tally)',
    );
    expect(decode(bytes.subarray(0, 20))).toThrow(
      'm.tally: has 20 bytes, too few for a network file [network-file-truncated] — copy the file again, it is incomplete',
    );
    expect(decode(bytes.subarray(0, -1))).toThrow(
      'm.tally: does not match the checksum in its last 32 bytes, it is truncated or damaged [network-file-checksum] — copy the file again from its source',
    );
    const version = bytes.slice();
    version[8] = 4;
    expect(decode(resign(version))).toThrow(
      'm.tally@byte 8: has format version 4, this tally reads versions 1 to 3 [network-file-version] — use a tally that knows this version, or write the file again',
    );
    const long = bytes.slice();
    long[9] = 127;
    expect(decode(resign(long))).toThrow(
      'm.tally@byte 10: ends within the semantics section: 127 bytes needed, 31 left [network-file-truncated] — copy the file again, it is incomplete',
    );
    const kind = bytes.slice();
    kind[14] = 99;
    expect(decode(resign(kind))).toThrow(
      'm.tally@byte 15: node 1 has kind 99, known are 1 to 14 [network-file-malformed] — write the file again from its source; it is damaged or was not made by tally',
    );
    const features = bytes.slice();
    features[16] = 3;
    expect(decode(resign(features))).toThrow(
      'm.tally: nodes.0(fc).weights.codes: has 8 elements, must have 12 (outFeatures 3 x inFeatures 4) [length-mismatch] — give exactly 12 elements',
    );
  });
});

describe('packing and numbers', () => {
  const formats: CodeFormat[] = (['sign-magnitude', 'twos-complement'] as const).flatMap((system) =>
    Array.from({ length: 8 }, (_, i) => ({ system, bits: i + 1 })).filter(isCodeFormat),
  );

  it('packs every code of every format at its width', () => {
    for (const format of formats) {
      const { min, max } = codeRange(format);
      const codes = Int8Array.from({ length: 3 * (max - min + 1) }, (_, i) => min + (i % (max - min + 1)));
      const packed = packCodes(codes, format);
      expect(packed.length).toBe(Math.ceil((codes.length * format.bits) / 8));
      expect(readCodes(new ByteReader(packed, 'x'), codes.length, format, 'codes')).toEqual(codes);
    }
  });

  it('round-trips every integer below 2^53, signed and unsigned', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const writer = new ByteWriter();
        writer.signedVarint(value);
        writer.varint(Math.abs(value));
        const reader = new ByteReader(writer.finish(), 'x');
        expect(reader.signedVarint('a')).toBe(value);
        expect(reader.varint('b')).toBe(Math.abs(value));
        reader.end('x');
      }),
    );
  });
});
