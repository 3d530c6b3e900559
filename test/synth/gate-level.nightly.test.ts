import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHIP_PRESETS } from '@tally/core';
import { OSU018 } from '../../packages/cli/src/synth/execute.ts';
import { replayOnGates } from '../../packages/cli/src/synth/gate-level.ts';
import { simulateGates } from '../../packages/cli/src/synth/gate-simulator.ts';
import type { SynthesisReport } from '../../packages/cli/src/synth/report.ts';
import { tally, temporaryFolder } from '../e2e/support/tally.ts';
import { mappedChip, type CellLibrary } from './mapped.ts';
import { noSynthesis, smallChip, TINY_GEOMETRY, title } from './support.ts';

/** A folder with `pdk/sg13g2`, the standard cells of IHP-Open-PDK. */
const shared = process.env['TALLY_SHARED'] ?? new URL('../../../shared', import.meta.url).pathname;
const sg13g2 = join(shared, 'pdk/sg13g2');

const LIBRARIES: readonly (readonly [name: string, library: CellLibrary, present: boolean])[] = [
  ['osu018', { liberty: OSU018.liberty, cells: [OSU018.cells] }, true],
  [
    'sg13g2',
    {
      liberty: join(sg13g2, 'sg13g2_stdcell_typ_1p20V_25C.lib'),
      cells: ['sg13g2_stdcell.v', 'sg13g2_udp.v'].map((name) => join(sg13g2, name)),
    },
    existsSync(sg13g2),
  ],
];

/** Clocks of the layer, and of random commands. */
const CLOCKS = 2000;

const CASES = LIBRARIES.flatMap(([name, library, present]) =>
  [16, 128].map((entries) => [name, entries, library, present] as const),
);

describe.skipIf(noSynthesis)(title('zhu2020 after synthesis'), () => {
  for (const [name, entries, library, present] of CASES) {
    const without = present ? '' : ' (skipped: TALLY_SHARED has no pdk/sg13g2)';
    test.skipIf(!present)(
      `${entries} entries in ${name} pass the simulator's vectors${without}`,
      async () => {
        const mapped = await mappedChip(smallChip(`test-${entries}`, { entries }), library, CLOCKS);
        try {
          for (const [seed, vectors] of mapped.vectors.entries()) {
            expect(vectors.clocks).toBe(CLOCKS);
            expect(simulateGates(mapped.gates.netlist, vectors).difference).toBeNull();
            const { clocks, start } = await replayOnGates(mapped.gates, vectors, seed);
            expect(clocks).toBe(CLOCKS);
            // Multiplexers of sg13g2 are primitives that stay unknown where both inputs agree and the select does not say.
            expect(start).toBe(name === 'osu018' ? 'unknown' : 'random');
          }
        } finally {
          mapped.remove();
        }
      },
    );
  }
});

describe.skipIf(noSynthesis)(title('the other presets, 8 entries'), () => {
  const folder = temporaryFolder();
  for (const preset of CHIP_PRESETS.filter((name) => name !== 'zhu2020')) {
    test(`tally synth maps, times and verifies ${preset}`, async () => {
      writeFileSync(join(folder.path, 'chip.json'), JSON.stringify(smallChip('tiny', TINY_GEOMETRY, preset)));
      const ended = await tally(['synth', 'chip.json', '--clocks', '1000', '--verify', '--json', '-'], {
        cwd: folder.path,
      });
      expect(ended.code, ended.stderr).toBe(0);
      const { check, timing } = JSON.parse(ended.stdout) as SynthesisReport;
      expect(check).toEqual({ clocks: 2000, gateLevel: { clocks: 2000, start: 'unknown' } });
      expect(timing.slackNs).toBeGreaterThan(0);
    });
  }
});
