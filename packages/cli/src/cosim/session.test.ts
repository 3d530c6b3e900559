import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runSegments, type Segment } from './session.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-session-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A harness that is a shell script. */
function harness(name: string, script: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
  return path;
}

/** Segments of 5 clocks of one word. */
const segments = (count: number): readonly Segment[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `layer ${i}`,
    start: () => {
      let left = 5;
      return {
        clockWords: 1,
        clock(sink) {
          if (left === 0) return false;
          left -= 1;
          sink.words[sink.at] = 0;
          sink.at += 1;
          return true;
        },
        handshakes: () => [0, 0, 0] as const,
      };
    },
  }));

const agreed = `echo '{"kind":"agreed","clocks":5}'`;
const differs = `echo '{"kind":"difference","clock":2,"signals":[{"signal":"a","expected":"0","got":"1"}]}'`;
const all = 'cat > /dev/null';

test('a harness that agrees to every clock, or says what differs', async () => {
  const whole = await runSegments(harness('whole', `${all}; ${agreed}; ${agreed}`), segments(2));
  expect(whole).toEqual([
    { segment: 'layer 0', message: { kind: 'agreed', clocks: 5 } },
    { segment: 'layer 1', message: { kind: 'agreed', clocks: 5 } },
  ]);
  // Segments behind the difference were on their way: nothing is said of them.
  const different = await runSegments(harness('other', `${agreed}; ${differs}; exit 1`), segments(4));
  expect(different.map(({ segment, message }) => [segment, message.kind])).toEqual([
    ['layer 0', 'agreed'],
    ['layer 1', 'difference'],
  ]);
  expect(await runSegments(harness('none', all), [])).toEqual([]);
});

test.each([
  ['nothing', `exit 0`, "it ended after 0 segments without a word on 'layer 0'"],
  ['nothing-1', `exit 1`, 'status 1 after no disagreement'],
  ['why', `echo no memory >&2; exit 1`, 'status 1 after no disagreement: no memory'],
  [
    'three',
    `${all}; ${agreed}; ${agreed}; ${agreed}`,
    "it ended after 3 segments without a word on 'layer 3'",
  ],
  ['three-1', `${all}; ${agreed}; ${agreed}; ${agreed}; exit 1`, 'status 1 after no disagreement'],
  ['status', `${all}; ${agreed}; ${differs}`, 'status 0 after a disagreement (difference)'],
  ['short', `${all}; echo '{"kind":"agreed","clocks":4}'`, "it agreed to 4 clocks of 'layer 0', 5 were sent"],
  ['crash', `${all}; ${agreed}; exit 139`, 'status 139'],
  ['kill', `kill -9 $$`, 'ended by SIGKILL'],
  ['strange', `${all}; echo hello`, 'it said "hello\\n"'],
  ['cut', `${all}; printf '{"kind":"agr'`, 'it said "{\\"kind\\":\\"agr"'],
  ['torn', `${all}; echo '{"kind":"agr'`, 'it said "{\\"kind\\":\\"agr\\n"'],
])('a harness that fails is no agreement: %s', async (name, script, message) => {
  const program = harness(`bad-${name}`, script);
  await expect(runSegments(program, segments(10))).rejects.toThrow(
    `${program}: the circuit's harness failed: ${message} [harness-failed] — ` +
      `remove the built model, rm -r ${folder}, and run again; report it if it fails again`,
  );
});

test('a harness that cannot be started is named', async () => {
  const program = harness('plain', 'exit 0', 0o644);
  await expect(runSegments(program, segments(3))).rejects.toThrow(
    `${program}: the circuit's harness failed: it could not be started: spawn ${program} EACCES [harness-failed]`,
  );
});
