import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeModel,
  decodeNetwork,
  encodeModel,
  hashNetwork,
  initialModel,
  lower,
  resnet8,
} from '@tally/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { quantizeCommand } from './quantize.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-quantize-'));
const at = (name: string): string => join(folder, name);
const photos = at('photos');

beforeAll(async () => {
  const { mkdirSync } = await import('node:fs');
  mkdirSync(photos);
  for (let i = 0; i < 6; i++) {
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, k) => (k * (i + 3) * 7) % 256);
    await sharp(data, { raw: { width: 16, height: 16, channels: 3 } })
      .png()
      .toFile(join(photos, `${i}.png`));
  }
  const { graph, weightShapes } = resnet8([3, 16, 16], 4);
  writeFileSync(at('f.model'), encodeModel(initialModel({ ...graph, name: 'f' }, weightShapes, 1)));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<string> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const command = quantizeCommand().exitOverride();
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    await command.parseAsync(args, { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return written.join('');
}

describe('tally quantize --data', () => {
  it('writes network, model and record of a folder of pictures', async () => {
    const args = ['--model-out', at('q.model'), '--json', at('q.json'), '--bits', '*=W3A3'];
    const text = await run(at('f.model'), '--data', photos, '-o', at('q.tally'), ...args);
    const { network, provenance } = decodeNetwork(readFileSync(at('q.tally')), 'q.tally');
    const model = decodeModel(readFileSync(at('q.model')), 'q.model');
    expect(hashNetwork(lower(model))).toBe(hashNetwork(network));
    expect(provenance).toMatchObject({ calibration: { images: 6, method: 'mse', correction: 'moments' } });
    const record = JSON.parse(readFileSync(at('q.json'), 'utf8')) as { hash: string; layers: object[] };
    expect(record.hash).toBe(hashNetwork(network));
    const weightSteps = { granularity: 'channel', exponent: 2 };
    expect(record).toMatchObject({ weightSteps });
    expect(provenance).toMatchObject({ calibration: { weightSteps } });
    // Lowered as it is, the quantized model gives the same integers, under another name if asked for one.
    await run(at('q.model'), '-o', at('again.tally'), '--name', 'other');
    const again = decodeNetwork(readFileSync(at('again.tally')), 'again.tally').network;
    expect(again.name).toBe('other');
    expect(hashNetwork({ ...again, name: network.name })).toBe(hashNetwork(network));
    expect(record.layers[1]).toMatchObject({ layer: 'block1.conv1', precision: 'W3A3' });
    expect(text).toContain('6 images of');
    expect(text).toMatch(/block1\.conv1 +W3A3/);
  });

  it('refuses what does not go together, before anything is written', async () => {
    const output = at('no.tally');
    const start = (...more: string[]): Promise<string> => run(at('f.model'), '-o', output, ...more);
    await expect(start('--bits', '*=W3A3')).rejects.toThrow(
      '--bits: needs images to calibrate on [option-conflict] — give --data, or leave it out: a quantized network is lowered as it is',
    );
    for (const option of [['--views', '2'], ['--iterations', '9'], ['--seed', '2'], ['--resume']]) {
      await expect(start('--data', photos, ...option)).rejects.toThrow(
        `${option[0]}: is for learned rounding only [option-conflict] — give --method reconstruct too, or leave ${option[0]} out`,
      );
    }
    for (const option of [
      ['--equalize', 'none'],
      ['--correction', 'mean'],
      ['--per-tensor'],
      ['--images', '9'],
    ]) {
      await expect(start(...option)).rejects.toThrow(
        `${option[0]}: needs images to calibrate on [option-conflict] — give --data, or leave it out`,
      );
    }
    await expect(start('--data', photos, '--auto-bits', 'W3A3')).rejects.toThrow(
      '--auto-bits: says only half: which precisions, and how many cycles or how much energy they may cost [option-conflict]',
    );
    await expect(start('--data', photos, '--bits', 'conv9=8')).rejects.toThrow(
      "--bits: 'conv9' matches no conv or fully connected layer",
    );
    await expect(start('--data', at('none'))).rejects.toThrow('unknown-dataset');
    await expect(start('--data', photos, '--transform', 'resize=8,crop=8')).rejects.toThrow(
      'dataset-shape-mismatch',
    );
    await expect(start('--data', photos, '--json', output)).rejects.toThrow('outputs-collide');
    await expect(start()).rejects.toThrow('weights-not-quantized');
    expect(existsSync(output)).toBe(false);
    await expect(run(at('q.model'), '--data', photos, '-o', output)).rejects.toThrow(
      'has quantizers already [model-already-quantized]',
    );
  });
});
