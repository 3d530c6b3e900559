import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createKernelExecutor,
  decodeModel,
  decodeNetwork,
  exportNetwork,
  OnnxGraphBuilder,
  rankOf,
} from '@tally/core';
import { expect, test } from 'vitest';
import { tally, temporaryFolder } from './support/tally.ts';
import { idxImages, idxLabels, writeTinyDataset } from './support/tiny.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const IMAGES = 6;

/** Runs a command that must succeed; what it wrote to standard output. */
async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tally(args, { cwd: folder.path });
  // Standard error may hold progress, on a slow machine.
  expect(code, `${args.join(' ')}\n${stderr}`).toBe(0);
  return stdout;
}

test('a float ONNX file: inspected, quantized, evaluated, exported as integers', async () => {
  const parent = fileURLToPath(new URL('../../models/trained/fp32.model', import.meta.url));
  writeTinyDataset(folder.path, IMAGES);
  await succeed('export', parent, '-o', 'x.onnx');

  const shown = await succeed('inspect', 'x.onnx');
  expect(shown).toContain('quantizers     none: full precision');
  expect(shown).toContain('becomes        a model that tally quantize --data calibrates');
  expect(shown).toMatch(/^ {2}Conv +macro +\d+$/m);

  const calibration = ['--data', 'images', '--split', 'test', '--images', '6'];
  const written = ['--equalize', 'none', '--model-out', 'y.model', '-o', 'y.tally'];
  await succeed('quantize', 'x.onnx', ...calibration, '--bits', '*=W3A2', ...written);

  const report = JSON.parse(await succeed('eval', 'y.tally', '--data', 'images', '--json', '-')) as {
    readonly network: unknown;
    readonly top1: { readonly correct: number; readonly images: number };
    readonly top5: { readonly correct: number };
    readonly run: { readonly images: number };
  };
  const { network, hash } = decodeNetwork(readFileSync(at('y.tally')), 'y.tally');
  expect(report.network).toEqual({ name: 'y.tally', hash, form: 'integer' });
  expect([report.top1.images, report.run.images]).toEqual([IMAGES, IMAGES]);
  // The kernels on the same pixels: 16 and 8 bytes of header come before pixels and labels.
  const { outputs } = createKernelExecutor(network).run(idxImages(IMAGES).subarray(16), IMAGES);
  const ranks = Array.from(idxLabels(IMAGES).subarray(8), (label, i) => rankOf(outputs, label, i * 10, 10));
  expect(report.top1.correct).toBe(ranks.filter((rank) => rank < 1).length);
  expect(report.top5.correct).toBe(ranks.filter((rank) => rank < 5).length);

  // The fake-quantized model: the same verdicts, in the arithmetic that is made for that.
  const fake = JSON.parse(await succeed('eval', 'y.model', '--data', 'images', '--json', '-')) as {
    readonly network: unknown;
  };
  expect(fake).toMatchObject({ top1: report.top1, top5: report.top5, run: null });
  expect(fake.network).toMatchObject({
    form: 'fake-quantized',
    arithmetic: { name: 'fixed-residuals', residualFractionBits: expect.any(Number) as number },
  });

  await succeed('export', 'y.tally', '-o', 'z.onnx');
  expect(new Uint8Array(readFileSync(at('z.onnx')))).toEqual(exportNetwork(network));
}, 600_000);

test('activation equalisation: the integers of the rescaled network are the fake-quantized one', async () => {
  const parent = fileURLToPath(new URL('../../models/trained/fp32.model', import.meta.url));
  writeTinyDataset(folder.path, IMAGES);
  const calibration = ['--data', 'images', '--split', 'test', '--images', '6', '--bits', '*=W3A2'];
  const files = ['--model-out', 'e.model', '--json', 'e.json', '-o', 'e.tally'];
  await succeed('quantize', parent, ...calibration, '--equalize', 'activations', ...files);
  const record = JSON.parse(readFileSync(at('e.json'), 'utf8')) as {
    readonly equalization: string;
    readonly equalized: readonly { readonly maker: string; readonly inserted: boolean }[];
  };
  expect(record.equalization).toBe('activations');
  const { graph } = decodeModel(readFileSync(at('e.model')), 'e.model');
  const frozen = graph.nodes.filter((node) => node.kind === 'batch-norm' && node.frozen === true);
  expect(frozen.length).toBeGreaterThan(0);
  expect(record.equalized.filter(({ inserted }) => inserted).map(({ maker }) => maker)).toEqual(
    frozen.map(({ id }) => id),
  );
  const [integers, fake] = await Promise.all(
    ['e.tally', 'e.model'].map(
      async (file) =>
        JSON.parse(await succeed('eval', file, '--data', 'images', '--json', '-')) as {
          readonly top1: unknown;
          readonly top5: unknown;
        },
    ),
  );
  expect([fake.top1, fake.top5]).toEqual([integers.top1, integers.top5]);
}, 600_000);

test('inspect lists everything that is refused', async () => {
  const graph = new OnnxGraphBuilder('odd');
  const first = graph.node('NoSuchThing', [graph.input('x', 'float32', [1, 1, 4, 4])], {}, ['a'], 'one');
  const second = graph.node('Elsewhere', [first], {}, ['b'], 'two');
  graph.output('y', second, 'float32', [1, 4]);
  writeFileSync(at('odd.onnx'), graph.encode());
  const shown = await succeed('inspect', 'odd.onnx');
  expect(shown).toContain('becomes        nothing: 2 refusals, listed below');
  expect(shown).toContain('Refused (2)');
  expect(shown).toContain("operator 'NoSuchThing' of ONNX is not supported [onnx-unsupported]");
  expect(shown).toContain("operator 'Elsewhere' of ONNX is not supported [onnx-unsupported]");
});
