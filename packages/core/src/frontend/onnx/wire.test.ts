import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelProtoSchema, TensorProtoSchema } from '../../onnx/onnx_pb.gen.ts';
import { TallyError } from '../../diagnostics/index.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { encodeModel, floats, node, refusal, valueInfo } from './model.test-support.ts';
import { varint } from './mutate.test-support.ts';
import { checkWireFormat } from './wire.ts';

const values = Array.from({ length: 64 }, (_, i) => i);
const bytes = encodeModel({
  name: 'g',
  input: [valueInfo('x', [1, 64])],
  output: [valueInfo('y', [1, 64])],
  initializer: [floats('w', [64], values)],
  node: [node('Add', ['x', 'w'], ['a'], { axis: 1, pads: [1, 2, 3] }), node('Relu', ['a'], ['y'])],
});

function said(file: Uint8Array, limits = DEFAULT_LIMITS): string {
  const [{ code, path, message }] = refusal(() => checkWireFormat(ModelProtoSchema, file, limits));
  return `${code} @ ${path}: ${message}`;
}

describe('checkWireFormat', () => {
  it('accepts what the encoder writes, with fields that the schema does not know', () => {
    expect(() => checkWireFormat(ModelProtoSchema, bytes, DEFAULT_LIMITS)).not.toThrow();
    // Field 1000: a number, 8 bytes, 3 bytes with a length, 4 bytes.
    const tag = (wireType: number): number[] => [...varint(BigInt(8000 + wireType))];
    const unknown = [
      ...tag(0),
      5,
      ...tag(1),
      ...new Array<number>(8).fill(0),
      ...tag(2),
      3,
      1,
      2,
      3,
      ...tag(5),
      0,
      0,
      0,
      0,
    ];
    expect(() =>
      checkWireFormat(ModelProtoSchema, Uint8Array.of(...bytes, ...unknown), DEFAULT_LIMITS),
    ).not.toThrow();
  });

  it('refuses the file cut off at any byte, and says where', () => {
    for (let length = 1; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      let text = '';
      try {
        checkWireFormat(ModelProtoSchema, cut, DEFAULT_LIMITS);
        continue;
      } catch (error) {
        if (!(error instanceof TallyError)) throw error;
        text = `${error.issues[0].code} @ ${error.issues[0].path}: ${error.issues[0].message}`;
      }
      expect(text).toMatch(/^onnx-(truncated|not-protobuf) @ .*byte \d+/);
    }
    // Inside the graph every cut is a cut: the graph's length says more bytes.
    const graphStart = bytes.indexOf(0x3a);
    for (let length = graphStart + 3; length < bytes.length - 8; length++) {
      const text = said(bytes.subarray(0, length));
      if (length < bytes.length - 10) expect(text).toMatch(/^onnx-truncated @ graph/);
    }
    const raw = bytes.length - 80;
    expect(said(bytes.subarray(0, raw))).toMatch(/^onnx-truncated @ graph/);
  });

  it('names the field that is cut off and what it lacks', () => {
    const file = toBinary(TensorProtoSchema, create(TensorProtoSchema, { rawData: new Uint8Array(100) }));
    const [{ path, message }] = refusal(() =>
      checkWireFormat(TensorProtoSchema, file.subarray(0, 42), DEFAULT_LIMITS),
    );
    // Tag and length take 2 bytes, so that 40 of the 100 are there.
    expect(`${path}: ${message}`).toBe(
      'raw_data: the file ends here, at byte 42, 60 bytes before this field is complete',
    );
  });

  it('refuses wire types, lengths and groups that do not belong', () => {
    const versioned = [8, 8];
    expect(said(Uint8Array.of(...versioned, 0x3a, 2, 0x0a, 9))).toBe(
      'onnx-not-protobuf @ graph.node[0]: byte 6 of 6: announces 9 bytes where only 0 are left in its message',
    );
    expect(said(Uint8Array.of(...versioned, 0x38, 1))).toBe(
      'onnx-not-protobuf @ graph: byte 3 of 4: has wire type 0 where 2 belongs',
    );
    expect(said(Uint8Array.of(...versioned, 0xfb, 1))).toBe(
      'onnx-not-protobuf @ field 31: byte 4 of 4: has wire type 3, which ONNX files do not use',
    );
    expect(said(Uint8Array.of(...versioned, 0x10, ...new Array<number>(11).fill(0x80)))).toMatch(
      /^onnx-not-protobuf @ producer_name/,
    );
  });

  it('bounds messages, list items and depth before they become objects', () => {
    const emptyNodes = new Uint8Array(2 * 1000);
    for (let i = 0; i < 1000; i++) emptyNodes[2 * i] = 0x0a;
    const file = Uint8Array.of(8, 8, 0x3a, ...varint(2000n), ...emptyNodes);
    expect(said(file, { ...DEFAULT_LIMITS, messages: 500 })).toBe(
      'onnx-too-large @ graph.node[498]: the file has more than 500 protobuf messages',
    );
    expect(() =>
      checkWireFormat(ModelProtoSchema, file, { ...DEFAULT_LIMITS, messages: 1002 }),
    ).not.toThrow();

    const ints = new Uint8Array(1000);
    const tensor = Uint8Array.of(0x0a, ...varint(1000n), ...ints);
    expect(
      refusal(() => checkWireFormat(TensorProtoSchema, tensor, { ...DEFAULT_LIMITS, listItems: 999 }))[0]
        .message,
    ).toBe('the file has more than 999 numbers and strings outside of raw_data');
    expect(() =>
      checkWireFormat(TensorProtoSchema, tensor, { ...DEFAULT_LIMITS, listItems: 1000 }),
    ).not.toThrow();

    // A graph in an attribute of a node of a graph ...: field 1 (node), 5 (attribute), 6 (g).
    let inner = new Uint8Array(0);
    for (let level = 0; level < 20; level++)
      for (const tag of [0x32, 0x2a, 0x0a])
        inner = Uint8Array.of(tag, ...varint(BigInt(inner.length)), ...inner);
    const deep = Uint8Array.of(8, 8, 0x3a, ...varint(BigInt(inner.length)), ...inner);
    expect(said(deep)).toMatch(
      /^onnx-too-large @ graph\.node\[0\]\.attribute\[0\]\.g.*nested more than 32 deep$/,
    );
  });

  it('never fails in another way than by refusing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (noise) => {
        const file = Uint8Array.of(8, 8, ...noise);
        try {
          checkWireFormat(ModelProtoSchema, file, DEFAULT_LIMITS);
        } catch (error) {
          expect(error).toBeInstanceOf(TallyError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
