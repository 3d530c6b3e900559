import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DATAFLOWS, decodeNetwork, macroSpec } from '@tally/core';
import { axiCircuit } from '../../packages/cli/src/cosim/axi-circuit.ts';
import { cosimulateAxi, runAxi } from '../../packages/cli/src/cosim/axi.ts';
import { buildModel } from '../../packages/cli/src/cosim/build-model.ts';
import { layerHost } from '../../packages/cli/src/cosim/host.ts';
import { layerJobs, layerSegment } from '../../packages/cli/src/cosim/layer-segment.ts';
import { randomCommands } from '../../packages/cli/src/cosim/random-commands.ts';
import { randomLayer } from '../../packages/cli/src/cosim/random-layer.ts';
import { seeded } from '../../packages/cli/src/cosim/random.ts';
import { readDataset } from '../../packages/cli/src/io/dataset.ts';
import { CACHE, mutation, noVerilator, PAIRS, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-axi-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const options = { cache: CACHE, folder, clockMHz: 100 };

describe.skipIf(noVerilator)(title('the accelerator behind AXI'), { timeout: 600_000 }, () => {
  test('agrees with the simulator under random gaps on every channel', async () => {
    const circuit = axiCircuit(macroSpec(PAIRS), { bufferRows: 4 });
    const program = await buildModel({ ...circuit.source, trace: false }, CACHE);
    for (let seed = 0; seed < 12; seed++) {
      const random = seeded(20, seed);
      const { network, image } = randomLayer(PAIRS, random);
      const [job] = layerJobs(network, circuit.macro, image);
      const dataflow = random.pick(DATAFLOWS.map(({ name }) => name));
      const { schedule } = layerSegment(circuit.macro, job, dataflow, 'layer');
      const layer = await runAxi(
        program,
        circuit,
        layerHost(schedule, () => undefined),
        seed,
      );
      expect(layer).toMatchObject({ kind: 'agreed' });
      const commands = randomCommands(circuit.macro.spec, random, 40);
      expect(await runAxi(program, circuit, commands, seed)).toMatchObject({ kind: 'agreed' });
    }
  });

  test('a result that differs is named', async () => {
    const circuit = axiCircuit(macroSpec(PAIRS), { bufferRows: 4 });
    const program = await buildModel({ ...circuit.source, trace: false }, CACHE);
    const host = randomCommands(circuit.macro.spec, seeded(1), 40);
    // The third result is expected with its last bit turned over.
    let results = 0;
    const wrong = await runAxi(program, circuit, host, 1, {
      change: (result) => (results++ === 2 ? { ...result, value: result.value ^ 1 } : result),
    });
    expect(wrong).toMatchObject({ kind: 'difference', signals: [{ signal: 'm_axis beat 2' }] });
  });

  test('a layer of a shipped network, its results held against the integer executor', async () => {
    const circuit = axiCircuit(macroSpec(PAIRS), { bufferRows: 4 });
    const { network } = decodeNetwork(
      readFileSync(new URL('../../models/resnet8-w3a2.tally', import.meta.url)),
      'resnet8-w3a2',
    );
    const { images, rows, columns } = await readDataset('fashion-mnist', null, 10);
    const jobs = layerJobs(network, circuit.macro, images.slice(0, rows * columns));
    const last = jobs.at(-1)!;
    const segment = layerSegment(circuit.macro, last, PAIRS.dataflow.name, last.layer.id);
    const result = await cosimulateAxi(circuit, [segment], 1, options);
    expect(result.disagreement).toBeNull();
    expect(result.agreed.map((one) => one.segment)).toEqual(['fc']);
    // Gaps and the loading of rows come on top of the schedule.
    expect(result.clocks).toBeGreaterThan(segment.schedule.cycles);
  });

  test('a bug of the streams alone is caught, with waveforms of the whole and of the simulated core', async () => {
    // The skid buffer forgets the beat that it holds back.
    const circuit = axiCircuit(
      macroSpec(PAIRS),
      { bufferRows: 4 },
      mutation('tally_skid_65.sv', 'spare_valid_q ? spare_q : in_data', 'in_data'),
    );
    const host = () => randomCommands(circuit.macro.spec, seeded(20, 0), 40);
    const { disagreement } = await cosimulateAxi(circuit, [{ name: 'commands', host }], 1, options);
    if (disagreement === null) throw new Error('nothing differed');
    const { message, vcd } = disagreement;
    expect([vcd.from, vcd.to]).toEqual([Math.max(0, message.clock - 50), message.clock + 10]);
    const circuitWaves = readFileSync(vcd.circuit, 'utf8');
    expect(circuitWaves).toMatch(/\$var \w+ +\d+ \S+ spare_q\b/);
    for (const text of [circuitWaves, readFileSync(vcd.simulator, 'utf8')]) {
      expect(text).toContain('$enddefinitions');
      expect(text.split('\n').filter((line) => line.startsWith('#')).length).toBeGreaterThan(10);
    }
  });
});
