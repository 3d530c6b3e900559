import { describe, expect, test } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import { edited, refusals } from '../refusals.test-support.ts';
import { FILES } from './fixture.test-support.ts';
import { importTimeloop } from './read.ts';

const of = (...edits: readonly (readonly [string, string])[]): readonly string[] =>
  refusals(() => importTimeloop(edited(FILES, ...edits)));

test('nothing is refused in the files that the others change', () => {
  expect(of()).toEqual([]);
});

describe('files', () => {
  test('YAML syntax: every error of every file, with line and column', () => {
    expect(
      of(['instance: {N: 1,', 'instance: {N: 1'], ['factors: [M=2, Q=2]', 'factors: [M=2, Q=2']).length,
    ).toBe(
      refusals(() => importTimeloop(edited(FILES, ['instance: {N: 1,', 'instance: {N: 1']))).length +
        refusals(() => importTimeloop(edited(FILES, ['factors: [M=2, Q=2]', 'factors: [M=2, Q=2']))).length,
    );
    const [first] = of(['factors: [M=2, Q=2]', 'factors: [M=2, Q=2']);
    expect(first).toMatch(/^yaml-syntax mapping\.yaml:\d+:\d+ \| not YAML: /);
    expect(
      of(['    type: temporal\n    factors: [M', '    type: temporal\n    type: temporal\n    factors: [M']),
    ).toEqual(['yaml-duplicate-key mapping.yaml:4:5 | not YAML: Map keys must be unique']);
  });

  test('templates, empty and doubled files, parts that are missing or not of version 0.4', () => {
    expect(of(['version: 0.4\n  instance', 'version: {{ version }}\n  instance'])).toEqual([
      'template problem.yaml:2:12 | is a Jinja template ({{), not yet YAML',
    ]);
    expect(refusals(() => importTimeloop([{ name: 'a.yaml', text: '' }]))).toEqual([
      'yaml-empty a.yaml | the file holds no document',
    ]);
    expect(refusals(() => importTimeloop(FILES.slice(0, 2)))).toEqual([
      'missing-part problem.yaml:1:1 | no mapping in the files',
    ]);
    expect(refusals(() => importTimeloop([...FILES, FILES[2]]))).toEqual([
      'part-twice mapping.yaml:1:1: mapping | a second mapping',
    ]);
    expect(of(['architecture:\n  version: 0.4', 'architecture:\n  version: 0.3'])).toEqual([
      'timeloop-version architecture.yaml:2:12: architecture.version | architecture is of version 0.3; version 0.4 is read',
    ]);
    expect(of(['  nodes:\n', '  subtree:\n'])).toEqual([
      "timeloop-version architecture.yaml:2:3: architecture | 'subtree' is the tree of version 0.3",
    ]);
  });
});

describe('problem', () => {
  test('sizes: missing, negative, zero, expressions, unknown keys; all at once', () => {
    expect(
      of(['C: 4, M: 4, P: 4', 'M: -4, P: 0, Q: 4, X: 3, R: 2+1, P2: 4'], ['Q: 4, R: 3, S: 3}', 'S: 3}']),
    ).toEqual([
      "unknown-key problem.yaml:3:39: problem.instance.X | instance has no key 'X'",
      "unknown-key problem.yaml:3:53: problem.instance.P2 | instance has no key 'P2'",
      "missing-key problem.yaml:3:13: problem.instance | instance has no 'C'",
      'not-a-size problem.yaml:3:23: problem.instance.M | M is -4',
      'not-a-size problem.yaml:3:30: problem.instance.P | P is 0',
      "expression problem.yaml:3:48: problem.instance.R | R is '2+1': expressions are not evaluated",
    ]);
  });

  test('data spaces: too many, unnamed, sparse; projections that no layer has', () => {
    expect(of(['      - name: Weights', '      - name: Psi'])[0]).toBe(
      'data-space-names problem.yaml:10:5: problem.shape.data_spaces | data spaces Psi, Inputs: which holds the weights, which the inputs?',
    );
    expect(of(['        read_write: true\n', ''])[0]).toBe(
      'data-spaces problem.yaml:10:5: problem.shape.data_spaces | has 3 data spaces that are read and 0 with read_write; a layer has two and one',
    );
    expect(of(['S: 3}', 'S: 3, densities: {Inputs: 0.5}}'])[0]).toBe(
      'sparse problem.yaml:3:56: problem.instance.densities | densities: sparse operands move fewer elements; Tally counts dense accesses',
    );
    expect(of(['[[[M]], [[C]], [[R]], [[S]]]', '[[[M]], [[C]], [[R]], [[S], [R]]]'])[0]).toMatch(
      /^dimension-without-role problem\.yaml:.* \| dimension S \+ R add up in weights or outputs; only inputs slide$/,
    );
  });
});

describe('architecture', () => {
  test('nodes: tags, classes, names, meshes, what is not modelled', () => {
    expect(of(['    - !Component\n      name: mac', '    - !Pipelined\n      name: mac'])[0]).toBe(
      'node-tag architecture.yaml:25:7: architecture.nodes.5 | a !Pipelined node',
    );
    expect(of(['name: buffer', 'name: dram'])).toContain(
      "duplicate-name architecture.yaml:9:7: architecture.nodes.1 | 'dram' names two nodes",
    );
    expect(of(['spatial: {meshX: 2}', 'spatial: {meshX: 0}'])).toContain(
      'not-a-size architecture.yaml:14:24: architecture.nodes.2.spatial.meshX | meshX is 0',
    );
    expect(of(['      class: SRAM\n', '      class: SRAM\n      sparse_optimizations: {}\n'])).toEqual([
      'not-modelled architecture.yaml:11:7: architecture.nodes.1.sparse_optimizations | sparse_optimizations: compression, gating and skipping change the counts; Tally counts dense accesses',
    ]);
  });

  test('a memory that does not keep everything, a buffer that keeps what another keeps, one that is too small', () => {
    expect(
      of([
        'attributes: {width: 64, datawidth: 8}',
        'attributes: {width: 64, datawidth: 8}\n      constraints: {dataspace: {bypass: [Weights]}}',
      ]),
    ).toEqual([
      "memory architecture.yaml:5:7: architecture.nodes.0 | the memory 'dram' does not keep weights",
    ]);
    expect(of(['depth: 64, width: 64', 'depth: 8, width: 64'])).toEqual([
      // 2 outputs x 36 weights, 6 x 4 x 4 inputs, 2 x 4 x 2 results, 8 bits each
      "buffer-too-small mapping.yaml:2:3: mapping.tile | needs 1472 bits of buffer 'buffer' (576 of weights + 768 of activations + 128 of partialSums), which has 512",
    ]);
  });
});

describe('mapping', () => {
  test('targets, types, factors, permutations: each with its place, all at once', () => {
    const broken = of(
      ['target: macro', 'target: makro'],
      ['type: spatial\n    factors: [C=4', 'type: sideways\n    factors: [C=4'],
      ['factors: [M=2, Q=2]', 'factors: [M=two, Q=2, M=2]'],
      ['permutation: QP', 'permutation: QQ'],
    );
    expect(broken).toEqual([
      "factor mapping.yaml:4:15: mapping.0.factors.0 | 'M=two' is no factor",
      "unknown-target mapping.yaml:6:13: mapping.1.target | the architecture has no 'makro'",
      'permutation mapping.yaml:13:18: mapping.2.permutation | permutation names Q twice',
      'permutation mapping.yaml:10:5: mapping.2 | P iterate, but the permutation does not say where',
      "directive-type mapping.yaml:15:11: mapping.3.type | type is 'sideways'",
    ]);
  });

  test('factors that do not multiply to the dimension, of several dimensions', () => {
    expect(
      of(
        ['factors: [M=2, Q=2]', 'factors: [M=3, Q=2]'],
        ['factors: [C=4, R=3, S=3]', 'factors: [C=4, R=3, S=2]'],
      ),
    ).toEqual([
      'factors-do-not-multiply mapping.yaml:4:15: mapping.0.factors.0 | the factors of outputs are 3 x 2, which cover 6; the layer has 4',
      'factors-do-not-multiply mapping.yaml:16:25: mapping.3.factors.2 | the factors of kernel columns are 2, which cover 2; the layer has 3',
    ]);
    expect(of(['factors: P=4 Q=2', 'factors: P=-4 Q=2'])[0]).toBe(
      "factor mapping.yaml:12:14: mapping.2.factors | 'P=-4': a loop has at least one iteration, the last round at most as many",
    );
    expect(of(['factors: P=4 Q=2', 'factors: P<=4 Q=2'])[0]).toBe(
      "factor mapping.yaml:12:14: mapping.2.factors | 'P<=4' bounds a factor, it does not fix it",
    );
  });

  test('what macros of ours cannot do: share sums, spread more than the mesh, keep what none keeps', () => {
    expect(of(['factors: [M=2]\n    permutation: [M]', 'factors: [M=4]\n    permutation: [M]'])[0]).toBe(
      "more-than-the-mesh mapping.yaml:8:15: mapping.1.factors.0 | loops over 4 copies of 'macro', which has 2",
    );
    // Channels in time around pixels, and the sums kept for all pixels: no dataflow of ours keeps both.
    const kept = of(
      ['spatial: {meshX: 36}', 'spatial: {meshX: 18}'],
      ['factors: [C=4, R=3, S=3]', 'factors: [C=2, R=3, S=3]'],
      ['keep: [Weights], bypass: [Inputs, Outputs]', 'keep: [Weights, Outputs], bypass: [Inputs]'],
      ['factors: P=4 Q=2\n    permutation: QP', 'factors: P=4 Q=2 C=2\n    permutation: QPC'],
    );
    expect(kept).toEqual([
      "kept-otherwise mapping.yaml:2:3: mapping | the file's hardware keeps partialSums in the macro while channels 2 iterate; weight-stationary does not",
    ]);
    // Kernel and pixels by turns.
    const turns = of(
      ['factors: [C=4, R=3, S=3]\n    permutation: [S, R, C]', 'factors: [C=4]'],
      ['factors: P=4 Q=2\n    permutation: QP', 'factors: P=4 Q=2 R=3 S=3\n    permutation: QSPR'],
    );
    expect(turns).toEqual([
      'nest-of-no-dataflow mapping.yaml:2:3: mapping | the loops inside a tile, outermost first, are kernel rows 3, output rows 4, kernel columns 3, output columns 2: the order of none of weight-stationary, output-stationary, input-stationary, weight-output-stationary, input-output-stationary',
    ]);
    // Two pixels for each chunk of channels need two rows of activations; nothing in the macro keeps any.
    const pixels = of(
      [
        'factors: [C=4, R=3, S=3]\n    permutation: [S, R, C]',
        'factors: [R=3, S=3]\n    permutation: [S, R]',
      ],
      ['factors: P=4 Q=2\n    permutation: QP', 'factors: P=4 Q=2 C=4\n    permutation: QCP'],
    );
    expect(pixels).toEqual([
      'macro-too-small mapping.yaml:2:3: mapping | the loops inside a tile (output rows 4, channels 4, output columns 2) hold more in the macro than its storage has room for, or than lies below it',
    ]);
  });
});

test('each issue has a place and a remedy, and the message of the error holds all of them', () => {
  const read = () =>
    importTimeloop(edited(FILES, ['M=2, Q=2', 'M=2, Q=9, X=2'], ['name: Weights', 'name: Weight']));
  expect(read).toThrow(TallyError);
  try {
    read();
  } catch (error) {
    const { issues, message } = error as TallyError;
    // The data spaces are read first; which dimension is which is not known without them.
    expect(issues).toHaveLength(1);
    for (const issue of issues) {
      expect(issue.remedy).not.toBe('');
      expect(message).toContain(issue.message);
    }
  }
});
