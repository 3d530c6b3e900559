import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  type TensorProto,
} from '../../onnx/onnx_pb.gen.ts';
import { fail, TallyError } from '../../diagnostics/index.ts';
import type { ExternalReader } from './external-data.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { listFields, mutateBytes, mutateField, Random, type WireField } from './mutate.test-support.ts';
import { checkWireFormat } from './wire.ts';

/** A file to mutate: whole, and with its big tensors split off so that mutations meet the structure. */
export interface FuzzSeed {
  readonly name: string;
  readonly whole: FuzzText;
  readonly structure: FuzzText;
  /** Gives the tensors that were split off. */
  readonly readExternal: ExternalReader;
}

/** Bytes and the fields in them. */
export interface FuzzText {
  readonly bytes: Uint8Array;
  readonly fields: readonly WireField[];
}

/** Bytes of a tensor from which on it is split off. */
const BIG_TENSOR = 1024;

/** Whole files from this size on are mutated rarely. */
const BIG_FILE = 2 ** 22;

/** Splits the big tensors off as external data. */
export function makeSeed(name: string, bytes: Uint8Array): FuzzSeed {
  const model = fromBinary(ModelProtoSchema, bytes);
  const weights = new Map<string, Uint8Array>();
  const splitOff = (tensor: TensorProto | undefined): void => {
    if (tensor === undefined || tensor.rawData.length < BIG_TENSOR) return;
    const location = `weights/${weights.size}.bin`;
    // A copy at an address of its own, so that tensors can be views of it.
    weights.set(location, new Uint8Array(tensor.rawData));
    tensor.rawData = new Uint8Array(0);
    const proto: Partial<Pick<TensorProto, 'rawData'>> = tensor;
    delete proto.rawData;
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    tensor.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: location })];
  };
  for (const tensor of model.graph?.initializer ?? []) splitOff(tensor);
  for (const node of model.graph?.node ?? []) for (const attribute of node.attribute) splitOff(attribute.t);
  const structure = toBinary(ModelProtoSchema, model);
  return {
    name,
    whole: { bytes, fields: listFields(ModelProtoSchema, bytes) },
    structure: { bytes: structure, fields: listFields(ModelProtoSchema, structure) },
    readExternal: (location) =>
      weights.get(location) ??
      fail(
        'fuzz-no-such-file',
        `weights '${location}'`,
        'there is no such file',
        'none: the file was mutated',
      ),
  };
}

/** Case `index` of a run: the mutated file, the same for the same seed. */
export function fuzzCase(
  seeds: readonly FuzzSeed[],
  seed: number,
  index: number,
): {
  readonly from: FuzzSeed;
  readonly bytes: Uint8Array;
} {
  const random = new Random(seed, index);
  const from = seeds[index % seeds.length];
  const usesWhole = random.below(from.whole.bytes.length < BIG_FILE ? 10 : 100) === 0;
  const { bytes, fields } = usesWhole ? from.whole : from.structure;
  if (random.below(4) === 0) return { from, bytes: mutateBytes(bytes, fields, random) };
  let mutated = mutateField(bytes, fields, random);
  // Field mutations keep the format, so that they can be piled up.
  for (let more = usesWhole ? 0 : random.below(8) - 5; more > 0; more--)
    mutated = mutateAgain(mutated, random);
  return { from, bytes: mutated };
}

/** Mutates a mutated file, unless the fields in it cannot be told apart any more. */
function mutateAgain(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes;
  try {
    checkWireFormat(ModelProtoSchema, bytes, DEFAULT_LIMITS);
  } catch (error) {
    if (error instanceof TallyError) return bytes;
    throw error;
  }
  return mutateField(bytes, listFields(ModelProtoSchema, bytes), random);
}
