import { basename } from 'node:path';
import { existsSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { decodeModel, decodeNetwork, fail, MODEL_MAGIC, parseBitSerialArray, parseTech } from '@tally/core';
import { describeDocument } from '../inspect/document.ts';
import { describeIdxImages, describeIdxLabels } from '../inspect/idx.ts';
import { describeModel } from '../inspect/model.ts';
import { describeNetwork } from '../inspect/network.ts';
import { describeOnnx } from '../inspect/onnx.ts';
import { parseIdxImages, parseIdxLabels } from '../io/idx.ts';
import { readOnnx } from '../io/onnx.ts';
import { findPreset, parseUsableChip } from '../io/presets.ts';
import { readBytes, readJson } from '../io/read.ts';
import { streamStyle, type Style } from '../terminal/style.ts';

/** `tally inspect`: says what a file holds. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .summary('show what is in a file: network, model, ONNX, chip, energy table, IDX')
    .description(
      'Shows what a file holds. The kind is recognised by its first bytes, that of ONNX files by the name.',
    )
    .argument('<file>', 'a file, or the name of a chip or technology preset')
    .addHelpText(
      'after',
      `
Examples:
  $ tally inspect models/resnet8-w3a2.tally                                   layers, widths, ranges, hash
  $ tally inspect resnet18.onnx                                               operators, layers, what is refused and why
  $ tally inspect zhu2020                                                     a chip preset with labels and sources
  $ tally inspect data/images/fashion-mnist/t10k-images-idx3-ubyte.gz         a file of images`,
    )
    .action((file: string) => {
      process.stdout.write(`${describe(file, streamStyle(process.stdout))}\n`);
    });
}

function describe(file: string, style: Style): string {
  const preset = existsSync(file) ? null : findPreset(file);
  if (preset !== null) return describeDocument(`preset ${file}`, preset, style);
  const packed = readBytes(file, 'input');
  if (file.endsWith('.onnx')) {
    const model = readOnnx(file);
    return describeOnnx(model, basename(file), packed.length, style);
  }
  const bytes = packed[0] === 0x1f && packed[1] === 0x8b ? unpack(packed, file) : packed;
  const name = basename(file);
  if (startsWith(bytes, [0x89, 0x54, 0x41, 0x4c, 0x4c, 0x59]))
    return describeNetwork(decodeNetwork(bytes, file), bytes.length, style);
  if (
    startsWith(
      bytes,
      Array.from(MODEL_MAGIC, (character) => character.charCodeAt(0)),
    )
  ) {
    return describeModel(decodeModel(bytes, file), bytes.length, style);
  }
  if (startsWith(bytes, [0, 0, 8, 3])) return describeIdxImages(name, parseIdxImages(bytes, file), style);
  if (startsWith(bytes, [0, 0, 8, 1])) return describeIdxLabels(name, parseIdxLabels(bytes, file), style);
  if (bytes[0] === 0x7b || file.endsWith('.json'))
    return describePreset(name, readJson(file, 'input'), file, style);
  const first = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return fail(
    'file-kind-unknown',
    file,
    bytes.length === 0 ? 'the file is empty' : `no known file begins with the bytes ${first}`,
    'known are networks (.tally), trained models, ONNX files (.onnx), chip and technology presets (.json), IDX images and labels (plain or .gz)',
  );
}

/** Presets are checked first: a bad one is refused with all its issues. */
function describePreset(name: string, document: unknown, file: string, style: Style): string {
  const kind = typeof document === 'object' && document !== null && 'kind' in document ? document.kind : null;
  if (kind === 'tally-chip') parseUsableChip(document, file);
  if (kind === 'tally-bit-serial-array') parseBitSerialArray(document, file);
  if (kind === 'tally-tech') parseTech(document, file);
  return describeDocument(name, document, style);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function unpack(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch {
    return fail('gzip-invalid', file, 'is not a whole gzip file', 'get it again from its source');
  }
}
