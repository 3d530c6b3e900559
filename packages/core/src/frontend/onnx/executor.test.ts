import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { decodeOnnx } from './decode.ts';
import { createFloatExecutor, type RunOptions } from './executor.ts';
import type { OnnxOperator } from './operator.ts';
import { encodeModel, floats, node, refusal, tensor, valueInfo } from './model.test-support.ts';
import { findOperator } from './registry.ts';

const model = decodeOnnx(
  encodeModel({
    name: 'g',
    input: [valueInfo('x', ['n', 2])],
    output: [valueInfo('y', ['n', 2])],
    initializer: [floats('w', [2], [10, 20])],
    node: [node('Neg', ['x'], ['a']), node('Add', ['a', 'w'], ['b']), node('Relu', ['b'], ['y'])],
  }),
);
const input = new Map([['x', tensor('float32', [1, 2], [1, 30])]]);

function run(options: RunOptions = {}) {
  return createFloatExecutor(model, findOperator).run(input, options);
}

describe('createFloatExecutor', () => {
  it('computes outputs, and intermediate values on demand', () => {
    // -1 + 10 = 9; -30 + 20 = -10, relu 0.
    expect(run().outputs).toEqual(new Map([['y', tensor('float32', [1, 2], [9, 0])]]));
    expect(run().values.size).toBe(0);
    const names = ({ keep }: RunOptions): string[] => [...run({ keep: keep ?? [] }).values.keys()];
    expect(names({ keep: ['a', 'w', 'x'] })).toEqual(['a', 'w', 'x']);
    expect(names({ keep: 'all' })).toEqual(['a', 'b', 'y']);
    expect(run({ keep: ['b'] }).values.get('b')).toEqual(tensor('float32', [1, 2], [9, -10]));
  });

  it('shows every value when it is made', () => {
    const seen: string[] = [];
    run({ observe: (name, { data }, { operator }) => seen.push(`${operator} ${name} ${data.join(' ')}`) });
    expect(seen).toEqual(['Neg a -1 -30', 'Add b 9 -10', 'Relu y 9 0']);
  });

  it('frees values after their last use', () => {
    // 40 values of 8 MiB in a chain: all together 320 MiB, two at a time 16 MiB.
    const chain = Array.from({ length: 40 }, (_, i) =>
      node('Relu', [i === 0 ? 'x' : `v${i}`], [`v${i + 1}`]),
    );
    const long = decodeOnnx(
      encodeModel({ input: [valueInfo('x', [2 ** 21])], output: [valueInfo('v40', [2 ** 21])], node: chain }),
    );
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const before = process.memoryUsage().arrayBuffers;
    let steps = 0;
    let held = Infinity;
    const measuring: OnnxOperator = {
      ...findOperator('', 'Relu', 17)!,
      evaluate: ([operand]) => {
        // Buffers are freed beside the program, a little after the collection: the least of several counts.
        if (++steps >= 35) {
          collectGarbage();
          held = Math.min(held, process.memoryUsage().arrayBuffers - before);
        }
        return [{ ...operand!, data: new Float32Array(2 ** 21) }];
      },
    };
    const x = new Map([
      ['x', { type: 'float32', shape: [2 ** 21], data: new Float32Array(2 ** 21) } as const],
    ]);
    const { outputs } = createFloatExecutor(long, () => measuring).run(x);
    expect([...outputs.keys()]).toEqual(['v40']);
    // Of at least 34 values made so far (272 MiB) only the last is needed; the input is ours.
    expect(held).toBeLessThan(64 * 2 ** 20);
  });

  it('refuses inputs that are missing, unknown, or do not fit', () => {
    const said = (inputs: typeof input): string[] =>
      refusal(() => createFloatExecutor(model, findOperator).run(inputs)).map(
        ({ path, message }) => `${path}: ${message}`,
      );
    expect(said(new Map([['z', tensor('float32', [1], [1])]]))).toEqual([
      "inputs 'x': the input is missing",
      "inputs 'z': the network has no such input",
    ]);
    expect(said(new Map([['x', tensor('float32', [1, 3], [1, 2, 3])]]))).toEqual([
      "inputs 'x': the input is float32 [1, 3], the network takes float32 [n, 2]",
    ]);
    expect(said(new Map([['x', tensor('int8', [1, 2], [1, 2])]]))[0]).toContain('the input is int8 [1, 2]');
  });

  it('refuses a graph that cannot run, and gives refusals of operators their place', () => {
    const graph = (operator: string) =>
      decodeOnnx(
        encodeModel({
          input: [valueInfo('x', [2])],
          output: [valueInfo('y', [2])],
          initializer: [floats('w', [3], [1, 2, 3])],
          node: [node(operator, ['x', 'w'], ['y'])],
        }),
      );
    expect(refusal(() => createFloatExecutor(graph('Hardmax'), findOperator))[0]).toMatchObject({
      code: 'onnx-unsupported',
      path: "graph.nodes[0] 'Hardmax_y' (Hardmax)",
    });
    const x = new Map([['x', tensor('float32', [2], [1, 2])]]);
    expect(refusal(() => createFloatExecutor(graph('Add'), findOperator).run(x))[0]).toMatchObject({
      code: 'onnx-invalid',
      path: "graph.nodes[0] 'Add_y' (Add)",
    });
  });
});
