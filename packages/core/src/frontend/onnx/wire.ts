import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { fail } from '../../diagnostics/index.ts';
import type { OnnxLimits } from './limits.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** What the scanner needs of a message's schema: its fields by number. */
interface MessageShape {
  readonly fields: ReadonlyMap<number, FieldShape>;
}

interface FieldShape {
  readonly name: string;
  readonly isList: boolean;
  /** Wire type of one element. */
  readonly wireType: number;
  /** Shape of the message inside, for fields that hold messages; looked up late: messages hold each other. */
  readonly message: (() => MessageShape) | null;
}

const shapes = new Map<string, MessageShape>();

function elementWireType(field: DescField): number {
  switch (field.scalar) {
    case ScalarType.DOUBLE:
      return FIXED64;
    case ScalarType.FLOAT:
      return FIXED32;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return LENGTH_DELIMITED;
    default:
      return field.message === undefined ? VARINT : LENGTH_DELIMITED;
  }
}

function shapeOf(message: DescMessage): MessageShape {
  const known = shapes.get(message.typeName);
  if (known !== undefined) return known;
  const fields = message.fields.map((field): readonly [number, FieldShape] => {
    const child = field.message;
    return [
      field.number,
      {
        name: field.name,
        isList: field.fieldKind === 'list',
        wireType: elementWireType(field),
        message: child === undefined ? null : () => shapeOf(child),
      },
    ];
  });
  const shape: MessageShape = { fields: new Map(fields) };
  shapes.set(message.typeName, shape);
  return shape;
}

const NOT_ONNX_REMEDY =
  'give a file that torch.onnx.export, Brevitas or another exporter wrote (a Git LFS pointer or a web page is not one)';
const DAMAGED_REMEDY = 'copy or export the file again: it was cut off or changed on its way';

/** Walks the protobuf wire format of a file without making any object of it. */
class WireScanner {
  readonly #bytes: Uint8Array;
  readonly #limits: OnnxLimits;
  readonly #path: string[] = [];
  #position = 0;
  #messages = 0;
  #listItems = 0;
  #sawKnownField = false;

  constructor(bytes: Uint8Array, limits: OnnxLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** @param end where the message ends by its stated length; beyond the file's end when the file is cut off. */
  message(shape: MessageShape, end: number): void {
    this.#messages++;
    if (this.#messages > this.#limits.messages)
      this.#tooMuch(`more than ${this.#limits.messages} protobuf messages`);
    if (this.#path.length > this.#limits.depth)
      this.#tooMuch(`messages nested more than ${this.#limits.depth} deep`);
    const counts = new Map<number, number>();
    while (this.#position < end) {
      const [number, wireType] = this.#tag(end);
      const field = shape.fields.get(number);
      const index = counts.get(number) ?? 0;
      counts.set(number, index + 1);
      this.#path.push(
        field === undefined ? `field ${number}` : field.isList ? `${field.name}[${index}]` : field.name,
      );
      if (field === undefined) this.#skipUnknown(wireType, end);
      else this.#field(field, wireType, end);
      this.#path.pop();
    }
  }

  #field(field: FieldShape, wireType: number, end: number): void {
    const isPacked = field.isList && wireType === LENGTH_DELIMITED && field.wireType !== LENGTH_DELIMITED;
    if (wireType !== field.wireType && !isPacked)
      this.#damaged(`has wire type ${wireType} where ${field.wireType} belongs`);
    this.#sawKnownField = true;
    if (isPacked) {
      this.#packed(field, this.#length(end));
      return;
    }
    if (field.message !== null) {
      this.message(field.message(), this.#length(end));
      return;
    }
    if (field.isList && (wireType === VARINT || wireType === LENGTH_DELIMITED)) this.#countItems(1);
    this.#skipUnknown(wireType, end);
  }

  #packed(field: FieldShape, end: number): void {
    this.#needBytes(end);
    if (field.wireType !== VARINT) {
      const width = field.wireType === FIXED64 ? 8 : 4;
      if ((end - this.#position) % width !== 0)
        this.#damaged(`is a list of ${width}-byte numbers but has ${end - this.#position} bytes`);
      this.#position = end;
      return;
    }
    while (this.#position < end) {
      this.#varint(end);
      this.#countItems(1);
    }
  }

  #skipUnknown(wireType: number, end: number): void {
    switch (wireType) {
      case VARINT:
        this.#varint(end);
        return;
      case FIXED64:
      case FIXED32:
        this.#advanceTo(this.#position + (wireType === FIXED64 ? 8 : 4), end);
        return;
      case LENGTH_DELIMITED:
        this.#advanceTo(this.#length(end), end);
        return;
      default:
        this.#damaged(`has wire type ${wireType}, which ONNX files do not use`);
    }
  }

  #tag(end: number): readonly [field: number, wireType: number] {
    const start = this.#position;
    const tag = this.#varint(end);
    if (this.#position - start > 5 || tag > 0xffff_ffff || tag < 8) {
      this.#position = start;
      this.#damaged('is followed by something that is no field');
    }
    return [Math.floor(tag / 8), tag % 8];
  }

  /** Reads a length; @returns where the field ends, possibly beyond the file's end. */
  #length(end: number): number {
    const length = this.#varint(end);
    const fieldEnd = this.#position + length;
    // At the top level the message's end is the file's: the scan goes on to find where the file was cut off.
    if (fieldEnd > end && this.#path.length > 1)
      this.#damaged(`announces ${length} bytes where only ${end - this.#position} are left in its message`);
    return fieldEnd;
  }

  #varint(end: number): number {
    let value = 0;
    let factor = 1;
    for (let length = 1; length <= 10; length++) {
      if (this.#position >= this.#bytes.length) this.#truncated();
      if (this.#position >= end) this.#damaged('ends in the middle of a number');
      const byte = this.#bytes[this.#position++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    return this.#damaged('has a number of more than 10 bytes');
  }

  #advanceTo(position: number, end: number): void {
    this.#needBytes(position);
    if (position > end) this.#damaged('runs past the end of the message that holds it');
    this.#position = position;
  }

  #needBytes(end: number): void {
    if (end > this.#bytes.length) this.#truncated(end - this.#bytes.length);
  }

  #countItems(count: number): void {
    this.#listItems += count;
    if (this.#listItems > this.#limits.listItems)
      this.#tooMuch(`more than ${this.#limits.listItems} numbers and strings outside of raw_data`);
  }

  #place(): string {
    return this.#path.length === 0 ? 'model' : this.#path.join('.');
  }

  #notOnnx(): never {
    return fail(
      'onnx-not-protobuf',
      'model',
      `the file is no ONNX model: byte ${this.#position} of ${this.#bytes.length} breaks the protobuf format before any field of a model`,
      NOT_ONNX_REMEDY,
    );
  }

  #damaged(what: string): never {
    if (!this.#sawKnownField) this.#notOnnx();
    return fail(
      'onnx-not-protobuf',
      this.#place(),
      `byte ${this.#position} of ${this.#bytes.length}: ${what}`,
      DAMAGED_REMEDY,
    );
  }

  #truncated(missing?: number): never {
    if (!this.#sawKnownField) this.#notOnnx();
    const lack = missing === undefined ? '' : `, ${missing} bytes before this field is complete`;
    return fail(
      'onnx-truncated',
      this.#place(),
      `the file ends here, at byte ${this.#bytes.length}${lack}`,
      DAMAGED_REMEDY,
    );
  }

  #tooMuch(what: string): never {
    return fail(
      'onnx-too-large',
      this.#place(),
      `the file has ${what}`,
      'store tensors as raw_data or external data, and export one network a file',
    );
  }
}

/**
 * Checks that `bytes` are a well-formed protobuf message of this schema, within the limits, before
 * a decoder makes objects of them: every length stays inside its message, wire types are the
 * schema's, and the number of messages and list items is bounded. Fields that the schema does not
 * know are skipped, as protobuf demands. Takes time proportional to the structure, not to the weights.
 *
 * @throws TallyError `onnx-empty`, `onnx-not-protobuf`, `onnx-truncated` (both with the byte and the
 *   field, e.g. `graph.initializer[3].raw_data`), `onnx-too-large`.
 */
export function checkWireFormat(schema: DescMessage, bytes: Uint8Array, limits: OnnxLimits): void {
  if (bytes.length === 0)
    fail('onnx-empty', 'model', 'the file is empty (0 bytes)', 'export the network again');
  const scanner = new WireScanner(bytes, limits);
  scanner.message(shapeOf(schema), bytes.length);
}
