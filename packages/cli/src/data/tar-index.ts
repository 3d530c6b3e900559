import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fail } from '@tally/core';
import { failUnreadable } from '../io/read.ts';

/** A file in a tar archive. */
export interface TarEntry {
  /** Path within the archive. */
  readonly name: string;
  /** First byte of its content in the archive. */
  readonly offset: number;
  /** Bytes of its content. */
  readonly length: number;
}

const BLOCK = 512;
const CHECKSUM_AT = 148;

/** Whether the bytes at the beginning of a file are a tar header: its checksum decides. */
export function isTarHeader(block: Uint8Array): boolean {
  return block.length >= BLOCK && checksum(block) === octal(block, CHECKSUM_AT, 8);
}

/**
 * Finds the files of a tar archive (POSIX ustar and pax, GNU long names and sizes) by their headers; contents are
 * passed over unread. Directories and links are left out.
 *
 * @throws TallyError `tar-header`, `tar-truncated`, `file-unreadable`
 */
export function indexTar(path: string): readonly TarEntry[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    return failUnreadable(error, path, 'archive');
  }
  try {
    return readIndex(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

function readIndex(descriptor: number, path: string): readonly TarEntry[] {
  const end = fstatSync(descriptor).size;
  const entries: TarEntry[] = [];
  let longName: string | null = null;
  let longSize: number | null = null;
  for (let at = 0; at < end;) {
    const block = readAt(descriptor, at, BLOCK);
    if (block.length < BLOCK) truncated(path, at, end);
    // An empty block ends the archive; files without it are read too.
    if (block.every((byte) => byte === 0)) break;
    if (checksum(block) !== octal(block, CHECKSUM_AT, 8)) {
      fail(
        'tar-header',
        path,
        `the header at byte ${at} has a wrong checksum`,
        'get the archive again; unpack .gz first',
      );
    }
    const type = String.fromCharCode(block[156]);
    const length: number = longSize ?? size(block);
    const offset = at + BLOCK;
    if (offset + length > end) truncated(path, at, end);
    at = offset + Math.ceil(length / BLOCK) * BLOCK;
    if (type === 'L') longName = text(readAt(descriptor, offset, length));
    else if (type === 'x') {
      const records = paxRecords(readAt(descriptor, offset, length));
      longName = records.get('path') ?? longName;
      const paxSize = records.get('size');
      longSize = paxSize === undefined ? longSize : Number(paxSize);
    } else {
      if (type === '0' || type === '\0' || type === '7') {
        entries.push({ name: longName ?? headerName(block), offset, length });
      }
      longName = null;
      longSize = null;
    }
  }
  return entries;
}

function truncated(path: string, at: number, end: number): never {
  return fail(
    'tar-truncated',
    path,
    `ends at byte ${end}, within the file whose header is at byte ${at}`,
    'get the archive again',
  );
}

function readAt(descriptor: number, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let got = 0;
  while (got < length) {
    const more = readSync(descriptor, bytes, got, length - got, at + got);
    if (more === 0) break;
    got += more;
  }
  return bytes.subarray(0, got);
}

/** Text up to the first zero byte. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function octal(block: Uint8Array, at: number, length: number): number {
  const digits = text(block.subarray(at, at + length)).trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** The sum of all bytes of a header, its own field read as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? 0x20 : block[i];
  return sum;
}

/** The size field: octal, or from 8 GB on big-endian binary, marked by the highest bit. */
function size(block: Uint8Array): number {
  if (block[124] < 0x80) return octal(block, 124, 12);
  return block.subarray(125, 136).reduce((value, byte) => value * 256 + byte, 0);
}

function headerName(block: Uint8Array): string {
  const name = text(block.subarray(0, 100));
  const ustar = text(block.subarray(257, 263)) === 'ustar';
  const prefix = ustar ? text(block.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Records `length key=value\n`, where length counts the whole record. */
function paxRecords(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? 0 : Number(Buffer.from(bytes.subarray(at, space)).toString('latin1'));
    if (!(length > 0)) break;
    const record = Buffer.from(bytes.subarray(space + 1, at + length - 1)).toString('utf8');
    const equals = record.indexOf('=');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}
