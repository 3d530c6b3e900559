import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TallyError } from '@tally/core';
import { parseMatFile } from './mat-file.ts';

// By SciPy 1.17, scipy.io.savemat(..., do_compression=True): a 3 x 1 array of structures and a row of doubles.
const file = Buffer.from(
  'TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IE1vbiBOb3YgMjMgMDU6NDQ6NTggMjAyNgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAA+AAAAHic42NgYHBgYWBgA9IcQMzEAAGsUD4zEDNCMTsQF1fmFaeWFAPlWRj4oOJuQOzpExwW5GxkYGgU7+nCEO4HJOCgPL8opRjOyyvNjU/OyMxJKUrNY2BAsCAAZKYFA8I9bGjuYUTCIMAJFYeAD/Yg/Q5I+lmw6OdE0i8A5ecZGBkaWppbWOJwBzZz2NHMAfGzM0sU0vIrwPoNkPRzEvAHE5SFbi83Fn3MSPpYoGoZgSboMFIYfg79DuSHn7GRqamBsQFS+BngMQcGkM3Bpo+YcGMc6HDzoCTcgMDQ3AQ53AilOzY0c0D81LySzJJK8sKPiQrhBwCEOimjDwAAADAAAAB4nONjYGDwAGI2IOaA0iDACuUzAjETlAaJ5ZdkpBYBaU4gFmCAgR/2UMYBAHJABLM=',
  'base64',
);

const numbers = (...values: readonly number[]): object => ({ kind: 'numbers', numbers: values });
const text = (value: string): object => ({ kind: 'text', text: value });

describe('parseMatFile', () => {
  it('reads structures, text and numbers of several widths', () => {
    const variables = parseMatFile(file, 'a.mat');
    expect(variables.get('other')).toEqual(numbers(1.5, -2));
    const row = (id: number, name: string, words: string, i: number): object => ({
      ILSVRC2012_ID: numbers(id),
      WNID: text(name),
      words: text(words),
      num_children: numbers(i),
      children: numbers(1, 2, 300),
    });
    expect(variables.get('synsets')).toEqual({
      kind: 'structs',
      structs: [
        row(1, 'n02119789', 'kit fox', 0),
        row(1000, 'n03255030', '', 1),
        row(1001, 'n00001740', 'entity', 2),
      ],
    });
  });

  it('refuses what is no such file', () => {
    expect(() => parseMatFile(Buffer.from('synsets'), 'a.mat')).toThrow(
      'a.mat: is not a little-endian MATLAB 5 file [mat-syntax] — take meta.mat from the development kit',
    );
    expect(() => parseMatFile(file.subarray(0, 300), 'a.mat')).toThrow(
      'a.mat: is damaged: an element ends behind the end [mat-syntax]',
    );
  });

  it('never fails in another way, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = Uint8Array.from(file);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          parseMatFile(bytes, 'a.mat');
        } catch (error) {
          expect(error).toBeInstanceOf(TallyError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
