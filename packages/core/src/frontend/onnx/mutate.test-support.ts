import { ScalarType, type DescMessage } from '@bufbuild/protobuf';

/** Random numbers that depend on the seed only (splitmix32 of a counter). */
export class Random {
  #state: number;

  constructor(seed: number, stream: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return Math.floor((((x ^ (x >>> 15)) >>> 0) / 2 ** 32) * bound);
  }

  /** One of `items`, which is not empty. */
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}

/** One field of a protobuf file and where it stands; offsets in bytes. */
export interface WireField {
  /** Where the tag begins. */
  readonly start: number;
  /** Where the value begins: behind the length for length-delimited fields. */
  readonly valueStart: number;
  readonly end: number;
  readonly number: number;
  readonly wireType: number;
  /** What the field is: `onnx.NodeProto.input`. */
  readonly kind: string;
  /** The field whose message holds this one, null at the top. */
  readonly parent: WireField | null;
  /** A list of numbers in one field. */
  readonly isPacked: boolean;
}

function readVarint(bytes: Uint8Array, at: number): readonly [value: number, next: number] {
  let value = 0;
  let factor = 1;
  for (let i = at; i < bytes.length; i++) {
    value += (bytes[i] & 0x7f) * factor;
    factor *= 128;
    if (bytes[i] < 0x80) return [value, i + 1];
  }
  throw new Error('the file ends in the middle of a number');
}

/** The base-128 code of a number of up to 64 bits. */
export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

/** Every field of a well-formed file, messages before what they hold. */
export function listFields(schema: DescMessage, bytes: Uint8Array): readonly WireField[] {
  const fields: WireField[] = [];
  const visit = (message: DescMessage, from: number, to: number, parent: WireField | null): void => {
    for (let at = from; at < to;) {
      const start = at;
      const [tag, afterTag] = readVarint(bytes, at);
      const wireType = tag % 8;
      const number = Math.floor(tag / 8);
      let valueStart = afterTag;
      if (wireType === 0) [, at] = readVarint(bytes, afterTag);
      else if (wireType === 1 || wireType === 5) at = afterTag + (wireType === 1 ? 8 : 4);
      else {
        const [length, next] = readVarint(bytes, afterTag);
        valueStart = next;
        at = next + length;
      }
      const known = message.fields.find((field) => field.number === number);
      const isText = known?.scalar === ScalarType.STRING || known?.scalar === ScalarType.BYTES;
      const isPacked = wireType === 2 && known !== undefined && known.message === undefined && !isText;
      const kind = `${message.typeName}.${known?.name ?? String(number)}`;
      const field: WireField = { start, valueStart, end: at, number, wireType, kind, parent, isPacked };
      fields.push(field);
      if (known?.message !== undefined) visit(known.message, valueStart, at, field);
    }
  };
  visit(schema, 0, bytes.length, null);
  return fields;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** The file with `field` replaced, all lengths around it made right again. */
export function replaceField(bytes: Uint8Array, field: WireField, replacement: Uint8Array): Uint8Array {
  const { parent } = field;
  if (parent === null) return concat(bytes.subarray(0, field.start), replacement, bytes.subarray(field.end));
  const content = concat(
    bytes.subarray(parent.valueStart, field.start),
    replacement,
    bytes.subarray(field.end, parent.end),
  );
  return replaceField(bytes, parent, encodeField(parent.number, content));
}

/** A length-delimited field. */
function encodeField(number: number, content: Uint8Array): Uint8Array {
  return concat(varint(BigInt(number * 8 + 2)), varint(BigInt(content.length)), content);
}

const INTERESTING_INTEGERS: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 4n, 7n, 8n, 16n, 17n, 21n, 25n, 64n, 127n, 128n, 255n, 256n, 1000n, 65535n, 65536n],
  ...[-1n, -2n, -3n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 62n],
  ...[2n ** 63n - 1n, -(2n ** 63n)],
];

function randomText(random: Random): Uint8Array {
  const texts = [
    '',
    'x',
    '../../etc/passwd',
    '/etc/passwd',
    'C:\\x',
    'a\0b',
    'Conv',
    'Shape',
    'If',
    'é'.repeat(300),
  ];
  return random.below(4) === 0 ? random.bytes(random.below(20)) : new TextEncoder().encode(random.of(texts));
}

/** A field's bytes with another value. */
function otherValue(bytes: Uint8Array, field: WireField, random: Random): Uint8Array {
  const tag = varint(BigInt(field.number * 8 + field.wireType));
  const value = bytes.subarray(field.valueStart, field.end);
  const integer = (): Uint8Array => varint(random.of(INTERESTING_INTEGERS));
  if (field.wireType === 0) return concat(tag, integer());
  if (field.wireType !== 2) {
    const special = [new Uint8Array(8), new Uint8Array(8).fill(255), random.bytes(8)];
    return concat(tag, random.of(special).subarray(0, field.wireType === 1 ? 8 : 4));
  }
  if (field.isPacked && random.below(2) === 0)
    return encodeField(field.number, concat(...Array.from({ length: random.below(6) }, integer)));
  switch (random.below(4)) {
    case 0:
      return encodeField(field.number, value.subarray(0, random.below(value.length + 1)));
    case 1:
      return encodeField(field.number, concat(value, random.bytes(1 + random.below(8))));
    case 2: {
      const changed = Uint8Array.from(value);
      for (let i = random.below(4); i >= 0 && changed.length > 0; i--)
        changed[random.below(changed.length)] = random.below(256);
      return encodeField(field.number, changed);
    }
    default:
      return encodeField(field.number, randomText(random));
  }
}

/** A change that keeps the protobuf format: fields get other values, vanish, double, or come from elsewhere. */
export function mutateField(bytes: Uint8Array, fields: readonly WireField[], random: Random): Uint8Array {
  const field = random.of(fields);
  const own = bytes.subarray(field.start, field.end);
  switch (random.below(8)) {
    case 0:
      return replaceField(bytes, field, new Uint8Array(0));
    case 1:
      return replaceField(bytes, field, concat(own, own));
    case 2:
    case 3:
    case 4: {
      // The same field of another message: another node's input, another tensor's shape.
      const alike = fields.filter((other) => other.kind === field.kind);
      const other = random.of(alike);
      const copy = bytes.subarray(other.start, other.end);
      return replaceField(bytes, field, random.below(4) === 0 ? concat(own, copy) : copy);
    }
    default:
      return replaceField(bytes, field, otherValue(bytes, field, random));
  }
}

/** A change that does not care for the format: flipped bytes, a cut, a piece copied, removed or put in. */
export function mutateBytes(bytes: Uint8Array, fields: readonly WireField[], random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const length = Math.min(1 + random.below(2 ** random.below(12)), bytes.length - at);
  switch (random.below(6)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return concat(bytes.subarray(0, at), bytes.subarray(at + length));
    case 2: {
      const target = random.below(bytes.length);
      return concat(bytes.subarray(0, target), bytes.subarray(at, at + length), bytes.subarray(target));
    }
    case 3:
      return concat(bytes.subarray(0, at), random.bytes(Math.min(length, 64)), bytes.subarray(at));
    case 4: {
      // A length or a number in the structure, not in the weights.
      const field = random.of(fields);
      const number = varint(random.of(INTERESTING_INTEGERS));
      const from = field.wireType === 2 ? field.start + 1 : field.valueStart;
      const to = field.wireType === 2 ? field.valueStart : field.end;
      return concat(bytes.subarray(0, from), number, bytes.subarray(to));
    }
    default: {
      const changed = Uint8Array.from(bytes);
      for (let i = random.below(8); i >= 0; i--) {
        const position = random.below(2) === 0 ? random.below(bytes.length) : random.of(fields).start;
        changed[position] ^= 1 << random.below(8);
      }
      return changed;
    }
  }
}
