import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeModel,
  encodeModel,
  evalGraph,
  graphNames,
  trainStepGraph,
  unquantized,
  weightShapesOf,
} from '@tally/core';
import type { Tensor } from 'onnxruntime-node';
import { plainBatch } from './batches.ts';
import { readTrainingData } from './data.ts';
import { runFiles, type TrainOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { openSession, scalarOf, toTensor } from './session.ts';
import { train } from './train.ts';
import { silent, trainOptions, W3A2 } from './testing/options.ts';
import { writeSyntheticData } from './testing/synthetic.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-train-'));
const data = join(directory, 'data');
/** One run left alone, which others must equal. */
beforeAll(async () => {
  writeSyntheticData(data, 320, 130);
  await train(options('whole'), silent);
});
afterAll(() => rmSync(directory, { recursive: true }));

const MAIN = join(import.meta.dirname, '../main.ts');

const options = (name: string, changes: Partial<TrainOptions> = {}): TrainOptions =>
  trainOptions(directory, name, changes);

const bytesOf = (name: string): Buffer => readFileSync(join(directory, `${name}.model`));

describe('train', () => {
  it('learns, and writes model and metrics that agree', async () => {
    const result = await train(options('parent', { epochs: 6 }), silent);
    expect(result.correct / result.images).toBeGreaterThan(0.5);
    expect(result.images).toBe(130);
    const model = decodeModel(bytesOf('parent'), 'parent.model');
    expect([...model.parameters.keys()]).toEqual([...result.model.parameters.keys()]);
    const files = runFiles(options('parent').out);
    const metrics = JSON.parse(readFileSync(files.metrics, 'utf8')) as { test: object; history: unknown[] };
    expect(metrics.test).toMatchObject({ images: 130, correct: result.correct });
    expect(metrics.history).toHaveLength(6);
    expect(readFileSync(files.log, 'utf8').trim().split('\n')).toHaveLength(6);
    expect(existsSync(files.checkpoint)).toBe(false);
  });

  it('makes the same bytes again, on two threads too, and others from another seed', async () => {
    await train(options('again'), silent);
    await train(options('twice', { threads: 2 }), silent);
    await train(options('other', { seed: 5 }), silent);
    expect(bytesOf('again').equals(bytesOf('whole'))).toBe(true);
    expect(bytesOf('twice').equals(bytesOf('whole'))).toBe(true);
    expect(bytesOf('other').equals(bytesOf('whole'))).toBe(false);
  });

  it('fine-tunes low-bit models from a parent: codes and steps stay in range', async () => {
    for (const precision of [W3A2, { ...W3A2, activations: 3, codes: 'twos-complement' } as const]) {
      const parent = join(directory, 'parent.model');
      const result = await train(options('low', { precision, parent, learningRate: 0.02 }), silent);
      expect(result.correct / result.images).toBeGreaterThan(0.4);
      for (const [name, { data: values }] of result.model.parameters) {
        if (name.endsWith('.step')) expect(values[0]).toBeGreaterThan(0);
      }
      expect(decodeModel(bytesOf('low'), 'low.model').graph).toEqual(result.model.graph);
    }
  });

  it('goes on at another precision from the weights of a low-bit model, its quantizers replaced', async () => {
    const parent = join(directory, 'whole.model');
    await train(options('wide', { precision: { ...W3A2, activations: 3 }, parent, epochs: 1 }), silent);
    const wide = decodeModel(bytesOf('wide'), 'wide.model');
    writeFileSync(join(directory, 'latent.model'), encodeModel(unquantized(wide)));
    const narrow = { precision: W3A2, epochs: 1 };
    await train(options('narrow', { ...narrow, parent: join(directory, 'wide.model') }), silent);
    await train(options('latent-narrow', { ...narrow, parent: join(directory, 'latent.model') }), silent);
    expect(bytesOf('narrow').equals(bytesOf('latent-narrow'))).toBe(true);
    await train(options('direct', { ...narrow, parent }), silent);
    expect(bytesOf('narrow').equals(bytesOf('direct'))).toBe(false);
  });

  it('keeps the quantizers of a low-bit model as they are, or takes them off', async () => {
    const parent = join(directory, 'low.model');
    await train(
      options('low', { precision: W3A2, parent: join(directory, 'whole.model'), epochs: 1 }),
      silent,
    );
    const low = decodeModel(bytesOf('low'), 'low.model');
    const { model: kept } = await train(options('kept', { precision: 'as-is', parent, epochs: 1 }), silent);
    expect(kept.graph).toEqual(low.graph);
    const { model: full } = await train(options('full', { parent, epochs: 1 }), silent);
    expect(full.graph).toEqual(unquantized(low).graph);
    const metrics = JSON.parse(readFileSync(join(directory, 'kept.metrics.json'), 'utf8')) as unknown;
    expect(metrics).toMatchObject({ precision: 'as-is' });
  });

  it('keeps the statistics of frozen batch norms, averaged weights or not, and learns their scale', async () => {
    const { graph, parameters } = decodeModel(bytesOf('whole'), 'whole.model');
    const nodes = graph.nodes.map((node) => (node.kind === 'batch-norm' ? { ...node, frozen: true } : node));
    const parent = join(directory, 'frozen.model');
    writeFileSync(parent, encodeModel({ graph: { ...graph, nodes }, parameters }));
    for (const average of [null, { epochs: 1, learningRate: 0.01 }]) {
      const { model } = await train(options('thawed', { parent, epochs: 1, average }), silent);
      for (const [name, { data: values }] of model.parameters) {
        const isStatistic = /\.(mean|variance)$/.test(name);
        expect(
          values.every((value, i) => value === parameters.get(name)!.data[i]),
          name,
        ).toBe(isStatistic);
      }
    }
    // Frozen for one run: the statistics stay, and the model may be trained on without.
    const held = { parent: join(directory, 'whole.model'), freezeNorms: true, epochs: 1 };
    for (const average of [null, { epochs: 1, learningRate: 0.01 }]) {
      const { model } = await train(options('held', { ...held, average }), silent);
      expect(model.graph.nodes).toEqual(graph.nodes);
      const thawed = decodeModel(bytesOf('thawed'), 'thawed.model');
      for (const [name, { data: values }] of model.parameters) {
        const same = values.every((value, i) => value === parameters.get(name)!.data[i]);
        expect(same, name).toBe(/\.(mean|variance)$/.test(name));
        // The same steps as of the model whose norms say themselves that they are frozen.
        if (average !== null) expect(values, name).toEqual(thawed.parameters.get(name)!.data);
      }
    }
    await expect(train(options('x', { freezeNorms: true }), silent)).rejects.toThrow(
      'train.freezeNorms: keeps batch norm statistics, and random weights have none yet [option-conflict] — name the model',
    );
    // A training step computes with them what inference does, to the bit.
    const frozen = decodeModel(readFileSync(parent), 'frozen.model');
    const shapes = weightShapesOf(frozen.graph, frozen.parameters);
    const { test } = await readTrainingData(data);
    const batch = plainBatch(test, 0, 32);
    const feeds = new Map(
      [...frozen.parameters].flatMap(([name, tensor]) => [
        [graphNames.parameter(name), toTensor(tensor)],
        [graphNames.momentum(name), toTensor({ ...tensor, data: new Float32Array(tensor.data.length) })],
      ]),
    );
    const losses = await Promise.all(
      [
        trainStepGraph(frozen.graph, shapes, { batch: 32, momentum: 0, weightDecay: 0 }),
        evalGraph(frozen.graph, shapes, { batch: 32 }),
      ].map(async ({ bytes }) => {
        const session = await openSession(bytes, 1);
        const all: Record<string, Tensor> = {
          ...Object.fromEntries(feeds),
          [graphNames.images]: batch.images,
          [graphNames.labels]: batch.labels,
          [graphNames.learningRate]: toTensor({ shape: [], data: Float32Array.of(0.1) }),
        };
        const outputs = await session.run(
          Object.fromEntries(session.inputNames.map((name) => [name, all[name]])),
        );
        await session.release();
        return scalarOf(outputs, graphNames.loss);
      }),
    );
    expect(losses[0]).toBe(losses[1]);
  });

  it('resumes after SIGKILL to the same bytes', { timeout: 120_000 }, async () => {
    const flags = (name: string): string[] => [
      ...[
        '--data',
        data,
        '--name',
        'test',
        '--epochs',
        '3',
        '--batch',
        '32',
        '--lr',
        '0.05',
        '--warmup',
        '0.5',
      ],
      ...['--weight-decay', '5e-4', '--seed', '4', '--threads', '1', '--checkpoint-steps', '4'],
      ...['--out', join(directory, `${name}.model`)],
    ];
    const start = (name: string, ...more: string[]) =>
      spawn(process.execPath, ['--conditions=source', MAIN, 'train', ...flags(name), ...more], {
        stdio: 'ignore',
      });
    const killed = start('killed');
    const { checkpoint } = runFiles(options('killed').out);
    while (!existsSync(checkpoint) && killed.exitCode === null) await setTimeout(5);
    killed.kill('SIGKILL');
    await new Promise((resolve) => (killed.exitCode === null ? killed.once('exit', resolve) : resolve(null)));
    expect(existsSync(options('killed').out), 'killed before its end').toBe(false);
    const resumed = start('killed', '--resume');
    const code = await new Promise((resolve) => resumed.once('exit', resolve));
    expect(code).toBe(0);
    expect(bytesOf('killed').equals(bytesOf('whole'))).toBe(true);
    const history = (name: string): unknown =>
      (JSON.parse(readFileSync(runFiles(options(name).out).metrics, 'utf8')) as { history: unknown }).history;
    expect(history('killed')).toEqual(history('whole'));
  });

  it(
    'leaves at SIGTERM when replicas train, without a crash, and goes on',
    { timeout: 120_000 },
    async () => {
      const out = join(directory, 'left.model');
      const flags = [
        '--data',
        data,
        '--epochs',
        '3',
        '--batch',
        '32',
        '--replicas',
        '2',
        '--checkpoint-steps',
        '1',
      ];
      const start = (...more: string[]) =>
        spawn(process.execPath, ['--conditions=source', MAIN, 'train', ...flags, '--out', out, ...more], {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
      const left = start();
      let said = '';
      left.stderr.on('data', (text: Buffer) => (said += text.toString()));
      while (!existsSync(runFiles(out).checkpoint) && left.exitCode === null) await setTimeout(5);
      left.kill('SIGTERM');
      const code = await new Promise((resolve) => left.once('close', resolve));
      expect(code, said).toBe(143);
      expect(said).toMatch(/terminated\n$/);
      expect(existsSync(out)).toBe(false);
      const code2 = await new Promise((resolve) => start('--resume').once('exit', resolve));
      expect(code2).toBe(0);
      expect(existsSync(out)).toBe(true);
    },
  );

  it('averages weights over the last epochs, resumed within them or not, to the same bytes', async () => {
    const average = { epochs: 2, learningRate: 0.02 };
    const { model } = await train(options('mean', { average }), silent);
    expect(bytesOf('mean').equals(bytesOf('whole'))).toBe(false);
    // Ten steps an epoch: the mean begins at step 10, the checkpoint of step 20 is its own, step 23 is lost.
    const stop: Progress = {
      line: () => undefined,
      update: ({ step }) => {
        if (step === 23) throw new Error('stopped');
      },
    };
    await expect(train(options('broken', { average }), stop)).rejects.toThrow('stopped');
    await train(options('broken', { average, resume: true }), silent);
    expect(bytesOf('broken').equals(bytesOf('mean'))).toBe(true);
    expect(JSON.parse(readFileSync(runFiles(options('mean').out).metrics, 'utf8'))).toMatchObject({
      average,
    });
    for (const [name, { data }] of model.parameters) {
      expect(data.every(Number.isFinite), name).toBe(true);
    }
    await expect(train(options('x', { average: { ...average, epochs: 4 } }), silent)).rejects.toThrow(
      'train.average: 4 epochs of 3 are to be averaged [option-out-of-range] — use at most 3',
    );
  });

  it('averages to the last weights where nothing moves', async () => {
    // One epoch of the usual schedule, then two at next to no rate, in which only batch norm statistics change.
    const average = { epochs: 2, learningRate: 1e-12 };
    const { model } = await train(options('still', { average }), silent);
    const { model: last } = await train(options('one', { epochs: 1 }), silent);
    const statistics = new Set(
      model.graph.nodes.flatMap((node) => (node.kind === 'batch-norm' ? [node.mean, node.variance] : [])),
    );
    for (const [name, { data }] of model.parameters) {
      if (statistics.has(name)) continue;
      const distance = Math.max(
        ...data.map((value, i) => Math.abs(value - last.parameters.get(name)!.data[i])),
      );
      expect(distance, name).toBeLessThan(1e-6);
    }
  });

  it('trains replicas on parts of every batch: the same bytes again, resumed too, and others than one alone', async () => {
    await train(options('replicas', { replicas: 2, threads: 2 }), silent);
    expect(bytesOf('replicas').equals(bytesOf('whole'))).toBe(false);
    const metrics = JSON.parse(readFileSync(join(directory, 'replicas.metrics.json'), 'utf8')) as unknown;
    expect(metrics).toMatchObject({ replicas: 2, batch: 32 });
    const stop: Progress = {
      line: () => undefined,
      update: ({ step }) => {
        if (step === 15) throw new Error('stopped');
      },
    };
    await expect(train(options('parted', { replicas: 2 }), stop)).rejects.toThrow('stopped');
    await expect(train(options('parted', { resume: true }), silent)).rejects.toThrow(
      /checkpoint-of-another-run/,
    );
    await train(options('parted', { replicas: 2, resume: true }), silent);
    expect(bytesOf('parted').equals(bytesOf('replicas'))).toBe(true);
    await expect(train(options('x', { replicas: 3 }), silent)).rejects.toThrow(
      'train.replicas: a batch of 32 images does not come apart into 3 equal parts [option-conflict] — use a number of replicas that divides the batch',
    );
  });

  it('refuses what does not fit, with the reason', async () => {
    await expect(train(options('x', { precision: W3A2 }), silent)).rejects.toThrow(
      'train.init: low-bit training starts from a full-precision model [parent-missing] — train one with --precision fp32 and name it with --init',
    );
    await expect(train(options('x', { batch: 500 }), silent)).rejects.toThrow(
      'train.batch: a batch of 500 from 320 images [batch-too-large] — use at most 320',
    );
    await expect(train(options('x', { parent: join(directory, 'none.model') }), silent)).rejects.toThrow(
      'none.model: there is no such model file [file-missing] — check the path, or run the command that makes it',
    );
    await expect(train(options('x', { learningRate: 1e30 }), silent)).rejects.toThrow(/training-diverged/);
    await expect(train(options('none/x'), silent)).rejects.toThrow(/output-not-writable/);
    expect(existsSync(options('x').out)).toBe(false);
  });

  it('does not resume another run', async () => {
    const stop: Progress = {
      line: () => undefined,
      update: ({ step }) => {
        if (step === 6) throw new Error('stopped');
      },
    };
    await expect(train(options('half'), stop)).rejects.toThrow('stopped');
    await expect(train(options('half', { resume: true, seed: 5 }), silent)).rejects.toThrow(
      'half.checkpoint: was written by a run with another network, data, seed or hyperparameters [checkpoint-of-another-run] — repeat the command of that run, or start again without --resume',
    );
    await train(options('half', { resume: true }), silent);
    expect(bytesOf('half').equals(bytesOf('whole'))).toBe(true);
  });
});
