import { describe, expect, test } from 'vitest';
import { DATAFLOWS, macroSpec } from '@tally/core';
import { axiCircuit, runAxi } from '../../packages/cli/src/cosim/axi.ts';
import { buildModel } from '../../packages/cli/src/cosim/build-model.ts';
import { layerHost } from '../../packages/cli/src/cosim/host.ts';
import { layerJobs, layerSegment } from '../../packages/cli/src/cosim/layer-segment.ts';
import { randomCommands } from '../../packages/cli/src/cosim/random-commands.ts';
import { randomLayer } from '../../packages/cli/src/cosim/random-layer.ts';
import { seeded } from '../../packages/cli/src/cosim/random.ts';
import { CACHE, noVerilator, PAIRS, title } from './support.ts';

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
    const wrong = await runAxi(program, circuit, host, 1, (result) =>
      results++ === 2 ? { ...result, value: result.value ^ 1 } : result,
    );
    expect(wrong).toMatchObject({ kind: 'difference', signals: [{ signal: 'm_axis beat 2' }] });
  });
});
