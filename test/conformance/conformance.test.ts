/**
 * Every conformance case of ONNX 1.12 whose file and operators are supported passes; what is refused
 * is listed, with the reason, in a golden file, so that neither side shrinks unnoticed.
 *
 * New goldens: npx vitest run test/conformance -u
 */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { DISPUTED, runConformance, TEST_DATA } from './conformance.ts';
import { refusedLines, summary } from './summary.ts';

const results = runConformance();
if (results === null) console.warn(`skipped: ${TEST_DATA} is absent (apt-get install libonnx-testdata)`);

const golden = fileURLToPath(new URL('../golden/conformance/refused.txt', import.meta.url));

it.skipIf(results === null)(
  'every supported case passes at 1e-5, the others are the listed ones',
  async () => {
    console.log(summary(results!));
    const failed = results!.filter(({ outcome }) => outcome.kind === 'failed');
    expect(failed.map(({ name }) => name).sort()).toEqual([...DISPUTED].sort());
    expect(results!.filter(({ outcome }) => outcome.kind === 'passed' && !outcome.tight)).toEqual([]);
    await expect(refusedLines(results!)).toMatchFileSnapshot(golden);
  },
);
