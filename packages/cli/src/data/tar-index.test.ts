import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { indexTar, isTarHeader } from './tar-index.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-tar-'));
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, 'a.tar');

/** An archive by another implementation. */
async function tarBytes(files: readonly (readonly [string, Uint8Array])[]): Promise<Buffer> {
  const archive = pack();
  const whole = buffer(archive);
  archive.entry({ name: 'folder/', type: 'directory' });
  for (const [name, bytes] of files) archive.entry({ name }, Buffer.from(bytes));
  archive.finalize();
  return whole;
}

describe('indexTar', () => {
  it('finds every file that was packed, also under long and foreign names', async () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-z]{1,20}\.JPEG$/),
      fc.stringMatching(/^[a-z]{60,90}\/[a-z]{60,90}$/),
      fc.stringMatching(/^[äöü]{3}[a-z]{120,180}$/),
    );
    const files = fc.uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 1100 })), {
      selector: ([n]) => n,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(files, async (packed) => {
        const bytes = await tarBytes(packed);
        writeFileSync(path, bytes);
        const found = indexTar(path).map(({ name, offset, length }) => [
          name,
          [...bytes.subarray(offset, offset + length)],
        ]);
        expect(found).toEqual(packed.map(([n, content]) => [n, [...content]]));
        expect(isTarHeader(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses an archive that is cut off or damaged, with the place', async () => {
    const bytes = await tarBytes([
      ['one', new Uint8Array(600)],
      ['two', new Uint8Array(600)],
    ]);
    // Directory header 0, header of one 512, its content 1024 to 2048, header of two 2048, content from 2560.
    writeFileSync(path, bytes.subarray(0, 2900));
    expect(() => indexTar(path)).toThrow(
      `${path}: ends at byte 2900, within the file whose header is at byte 2048 [tar-truncated] — get the archive again`,
    );
    writeFileSync(path, bytes.subarray(0, 2100));
    expect(() => indexTar(path)).toThrow('ends at byte 2100, within the file whose header is at byte 2048');
    bytes[2050] ^= 1;
    writeFileSync(path, bytes);
    expect(() => indexTar(path)).toThrow('the header at byte 2048 has a wrong checksum [tar-header]');
    expect(isTarHeader(Buffer.from('no tar'))).toBe(false);
    expect(() => indexTar(join(directory, 'none.tar'))).toThrow('the archive file cannot be read (ENOENT)');
  });
});
