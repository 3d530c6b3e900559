/**
 * Prints what ONNX's conformance cases say of our operators: passed, refused by reason, failed.
 *
 *   npm run conformance            needs Debian's libonnx-testdata
 */
import { DISPUTED, runConformance, TEST_DATA } from '../test/conformance/conformance.ts';
import { summary, refusedLines } from '../test/conformance/summary.ts';

const results = runConformance();
if (results === null) {
  console.error(`${TEST_DATA} is absent: apt-get install libonnx-testdata`);
  process.exitCode = 1;
} else {
  console.log(refusedLines(results));
  console.log(summary(results));
  if (results.some(({ name, outcome }) => outcome.kind === 'failed' && !DISPUTED.has(name)))
    process.exitCode = 1;
}
