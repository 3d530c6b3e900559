import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IntegerQueue } from './integer-queue.ts';

it('gives integers back in order, however pushes and shifts mix', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(90), fc.nat(90)), { maxLength: 20 }), (bursts) => {
      const queue = new IntegerQueue();
      const plain: number[] = [];
      let next = -5;
      for (const [pushes, shifts] of bursts) {
        for (let i = 0; i < pushes; i++) {
          queue.push(next);
          plain.push(next++);
        }
        for (let i = 0; i < shifts && plain.length > 0; i++) {
          expect(queue.first).toBe(plain[0]);
          expect(queue.shift()).toBe(plain.shift());
        }
        expect(queue.length).toBe(plain.length);
      }
    }),
  );
});
