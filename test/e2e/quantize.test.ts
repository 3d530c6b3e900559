import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  decodeNetwork,
  encodeModel,
  hashNetwork,
  initialModel,
  lower,
  quantizedGraph,
  quantizedValues,
  resnet8,
  withQuantizers,
  type Model,
  type Precision,
} from '@tally/core';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const w3a2: Precision = { weights: 3, activations: 2, codes: 'sign-magnitude' };

/** An untrained full-precision model; fast to make and as large as the shipped ones. */
function parent(): Model {
  const { graph, weightShapes } = resnet8();
  return initialModel({ ...graph, name: 'parent' }, weightShapes, 1);
}

function quantized(): Model {
  const model = parent();
  const magnitudes = new Map(
    quantizedValues(quantizedGraph(model.graph, 'small', w3a2)).map((id) => [id, 0.5]),
  );
  return withQuantizers(model, 'small', w3a2, magnitudes);
}

const quantize = () => tally(['quantize', 'm.model', '-o', 'n.tally'], { cwd: folder.path });

test('lowers a model to the network that the core makes, with its metrics as provenance', async () => {
  const model = quantized();
  writeFileSync(at('m.model'), encodeModel(model));
  writeFileSync(at('m.model.metrics.json'), '{"seed":1}');
  const ended = await quantize();
  expect(ended.code, ended.stderr).toBe(0);
  const { network, provenance } = decodeNetwork(readFileSync(at('n.tally')), 'n.tally');
  expect(hashNetwork(network)).toBe(hashNetwork(lower(model)));
  expect(provenance).toMatchObject({ model: 'm.model', training: { seed: 1 } });
  expect(ended.stdout).toContain(hashNetwork(network));
  const first = readFileSync(at('n.tally'));
  await quantize();
  expect(readFileSync(at('n.tally'))).toEqual(first);
});

test('a model in full precision is refused', async () => {
  writeFileSync(at('m.model'), encodeModel(parent()));
  const ended = await quantize();
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe(
    'error m.model: model.nodes.0(conv1).weightQuantizer: is null, the macro holds low-bit weights only [weights-not-quantized]\n' +
      '  fix   fine-tune the model with weight quantizers first\n',
  );
  expect(existsSync(at('n.tally'))).toBe(false);
});

test('a network that would replace the model is refused', async () => {
  writeFileSync(at('m.model'), 'a model');
  expect(await tally(['quantize', 'm.model', '-o', './m.model'], { cwd: folder.path })).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error ./m.model: is the same file as the input m.model, an output must not replace an input [output-is-input]\n' +
      '  fix   name another file to write\n',
  });
  expect(readFileSync(at('m.model'), 'utf8')).toBe('a model');
});

test('a truncated model file is refused', async () => {
  writeFileSync(at('m.model'), encodeModel(quantized()).subarray(0, 20_000));
  const ended = await quantize();
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(
    /^error m\.model\.header\.tensors\.\d+: the tensor '[\w.]+' needs bytes up to \d+, the file has 20000 \[file-truncated\]\n {2}fix {3}make the file again, or copy it again from where it is whole\n$/,
  );
  expect(readdirSync(folder.path)).toEqual(['m.model']);
});

test('a file that is no model is refused', async () => {
  writeFileSync(at('m.model'), 'not a model, but long enough to hold a header of one');
  const ended = await quantize();
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe(
    'error m.model: begins with "not a mo", not with "TALLYMDL" [file-wrong-magic]\n  fix   name a file of the right kind\n',
  );
});
