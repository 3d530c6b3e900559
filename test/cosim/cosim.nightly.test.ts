import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chipPreset, DATAFLOWS, decodeNetwork } from '@tally/core';
import { cosimulate } from '../../packages/cli/src/cosim/cosimulate.ts';
import { layerJobs, layerSegment } from '../../packages/cli/src/cosim/layer-segment.ts';
import { randomSegments } from '../../packages/cli/src/cosim/random-segments.ts';
import { readDataset } from '../../packages/cli/src/io/dataset.ts';
import { CACHE, circuitOf, noVerilator, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-cosim-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const options = { cache: CACHE, folder, clockMHz: 143 };

describe.skipIf(noVerilator)(title('every clock of the shipped networks'), () => {
  test.each([
    ['resnet8-w3a2', 'zhu2020'],
    ['resnet8-w3a3', 'zhu2020-w3a3'],
    ['resnet8-w3a3-twos', 'lsq-w3a3'],
  ])('%s on %s', async (name, preset) => {
    const file = new URL(`../../models/${name}.tally`, import.meta.url);
    const { network } = decodeNetwork(readFileSync(file), name);
    const chip = chipPreset(preset);
    const circuit = circuitOf(chip);
    const { images, rows, columns } = await readDataset('fashion-mnist', null, 10);
    const jobs = layerJobs(network, circuit.macro, images.slice(0, rows * columns));
    const segments = jobs.map((job) => layerSegment(circuit.macro, job, chip.dataflow.name, job.layer.id));
    const result = await cosimulate(circuit, segments, options);
    expect(result.disagreement).toBeNull();
    // Two clocks of reset and one in which nothing is left, beside the clocks of the cycle model.
    expect(result.agreed).toEqual(
      segments.map(({ name: segment, schedule }) => ({ segment, clocks: 2 + schedule.cycles + 1 })),
    );
  });
});

/** 191 segments are 168 layers and 23 streams of commands; two presets, three dataflows: 1,008 layers. */
const SEGMENTS = 191;

describe.skipIf(noVerilator)(title('1,000 random layers'), () => {
  test.each(
    ['zhu2020', 'zhu2020-w3a3'].flatMap((preset) => DATAFLOWS.map(({ name }) => [preset, name] as const)),
  )('%s, %s', async (preset, dataflow) => {
    const chip = chipPreset(preset);
    const circuit = circuitOf(chip);
    const segments = randomSegments(chip, circuit.macro, SEGMENTS, 4, dataflow);
    const result = await cosimulate(circuit, segments, options);
    expect(result.disagreement).toBeNull();
    expect(result.agreed.filter(({ segment }) => segment.startsWith('random layer'))).toHaveLength(168);
  });
});
