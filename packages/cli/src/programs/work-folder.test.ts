import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { inFolder, inTemporaryFolder } from './work-folder.ts';

test('a folder is there for the work and gone behind it, whatever became of the work', async () => {
  let made = '';
  const result = await inTemporaryFolder('tally-folder-test-', async (folder) => {
    made = folder;
    writeFileSync(join(folder, 'file'), 'x');
    return Promise.resolve(existsSync(join(folder, 'file')));
  });
  expect([result, existsSync(made)]).toEqual([true, false]);
  const failed = inTemporaryFolder('tally-folder-test-', (folder) => {
    made = folder;
    return Promise.reject(new Error('no'));
  });
  await expect(failed).rejects.toThrow('no');
  expect(existsSync(made)).toBe(false);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a place where no folder can be made is named, with what to do', async () => {
  const place = mkdtempSync(join(tmpdir(), 'tally-folder-test-'));
  const file = join(place, 'file');
  writeFileSync(file, '');
  const work = () => Promise.reject(new Error('never'));
  try {
    await expect(inFolder(join(file, 'a/b'), 'set IT', work)).rejects.toThrow(
      new RegExp(
        `^${file}/a/b: no folder to work in can be made: ENOTDIR.* \\[work-folder-not-writable\\] — set IT$`,
      ),
    );
    vi.stubEnv('TMPDIR', join(place, 'none'));
    await expect(inTemporaryFolder('tally-', work)).rejects.toThrow(
      new RegExp(
        `^${place}/none: no folder to work in can be made: ENOENT.* — set TMPDIR to a folder that you can write, with free space$`,
      ),
    );
  } finally {
    rmSync(place, { recursive: true });
  }
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends the programs and removes the folder',
  async (signal) => {
    const main = new URL('../main.ts', import.meta.url).pathname;
    const script = `
    process.argv = [...process.argv.slice(0, 1), 'tally', '--version'];
    await import(${JSON.stringify(main)});
    const { inTemporaryFolder } = await import(${JSON.stringify(new URL('./work-folder.ts', import.meta.url).pathname)});
    const { runProgram } = await import(${JSON.stringify(new URL('./run.ts', import.meta.url).pathname)});
    await inTemporaryFolder('tally-folder-test-', (folder) => {
      setTimeout(() => console.log(folder), 50);
      return runProgram('sh', ['-c', 'sleep 60 & sleep 60'], folder);
    });`;
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    let folder = '';
    for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      folder = /\S*tally-folder-test-\S+/.exec(text)?.[0] ?? folder;
      if (folder !== '') child.kill(signal);
    }
    const [code] = (await closed) as [number];
    expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    expect(folder).not.toBe('');
    expect(existsSync(folder)).toBe(false);
    // Who works in that folder, /proc says: `(deleted)` behind its path.
    const left = execFileSync('sh', [
      '-c',
      `ls -l /proc/[0-9]*/cwd 2> /dev/null | grep -c '${folder}' || true`,
    ]);
    expect(left.toString().trim()).toBe('0');
  },
);
