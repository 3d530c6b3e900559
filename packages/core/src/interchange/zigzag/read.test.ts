import { describe, expect, test } from 'vitest';
import { interpretMapping } from '../../mapping/index.ts';
import { importTimeloop } from '../timeloop/read.ts';
import { edited, refusals } from '../refusals.test-support.ts';
import type { SourceFile } from '../imported.ts';
import { FILES } from './fixture.test-support.ts';
import { importZigzag } from './read.ts';

/** Reads and writes of each operand in elements: memory, buffer, macros; deliveries. */
function elements(files: readonly SourceFile[]) {
  const [{ counts }] = importZigzag(files).layers;
  return Object.fromEntries(
    Object.entries(counts.operands).map(([operand, { memory, buffer, macro, deliveries }]) => [
      operand,
      {
        memory: [memory.reads, memory.writes],
        buffer: buffer === null ? null : [buffer.reads, buffer.writes],
        macro: [macro.reads, macro.writes],
        deliveries,
      },
    ]),
  );
}

/** For inputs 64, weights of two outputs 72 and their results 32, 8 bits each (1344), but not for all outputs (2176). */
const SMALL_BUFFER: readonly [string, string] = ['size: 4096', 'size: 1728'];

describe('counts worked out by hand', () => {
  test('all operands fit into the buffer: one tile', () => {
    const { layers, unused, differences } = importZigzag(FILES);
    const [{ name, problem, machine, mapping, counts }] = layers;
    expect(name).toBe('conv');
    expect(problem.rows).toEqual({ outputs: 4, inputs: 4, taps: 3, stride: 1, dilation: 1, padding: 1 });
    expect(mapping).toEqual({
      order: ['batch', 'group', 'outputs', 'rows', 'columns', 'channels'],
      tile: { outputs: 4, rows: 4, columns: 4, channels: 4 },
      split: { outputs: 2, pixels: 1 },
      macro: { dataflow: 'weight-stationary', outputs: 1, pixels: 1, chunks: 1 },
    });
    expect([machine.macros, machine.macro.entries, machine.macro.slotsPerStep]).toEqual([2, 36, 4]);
    expect(elements(FILES)).toEqual({
      // 4 x 4 x 9, each once
      weights: { memory: [144, 0], buffer: [144, 144], macro: [2304, 144], deliveries: 144 },
      activations: {
        memory: [64, 0],
        // Along an axis 10 of 12 pairs of position and tap are not padding: 10 x 10 x 4, for each of 2 pairs of outputs; both macros get them.
        buffer: [800, 64],
        macro: [2304, 1600],
        deliveries: 1600,
      },
      partialSums: { memory: [0, 64], buffer: [64, 64], macro: [0, 64], deliveries: 64 },
    });
    // 32 steps of a macro, 4 cycles each: inputs of 8 bits go in 2 at a time; 9 cycles until the last result
    expect([counts.steps, counts.computeCycles]).toEqual([64, 32 * 4 + 9]);
    // results leave the macro with 16 bits, memory with 8
    expect(counts.operands.partialSums.macro.writeBits).toBe(64 * 16);
    expect(counts.memory).toEqual({ readBits: (144 + 64) * 8, writeBits: 64 * 8 });
    expect(differences).toEqual([]);
    expect(unused.map(({ path, what }) => `${path} | ${what}`)).toEqual([
      'hardware.yaml:6:5: memories.cells.r_cost | r_cost, w_cost, area, latency of the memories',
      "hardware.yaml:32:3: operational_array.imc_type | 'imc_type' of operational_array",
      "hardware.yaml:33:3: operational_array.input_precision | 'input_precision' of operational_array",
    ]);
    expect(interpretMapping(problem, machine, mapping).counts).toEqual(counts);
  });

  test('a smaller buffer ends its tile before the outputs', () => {
    const files = edited(FILES, SMALL_BUFFER);
    const [{ mapping, machine }] = importZigzag(files).layers;
    expect(mapping.tile).toEqual({ outputs: 2, rows: 4, columns: 4, channels: 4 });
    expect(machine.buffers[0].capacityBits).toBe(1728);
    const counted = elements(files);
    // Inputs stay while outputs change; each weight still comes once.
    expect(counted['activations'].memory).toEqual([64, 0]);
    expect(counted['weights'].memory).toEqual([144, 0]);
  });

  test('the same layer, machine and loops counts the same, written for Timeloop', () => {
    const zigzag = importZigzag(FILES).layers[0];
    const [timeloop] = importTimeloop([
      {
        name: 't.yaml',
        text: `problem:
  instance: {M: 4, C: 4, P: 4, Q: 4, R: 3, S: 3, H: 4, W: 4, Hpad: 1, Wpad: 1}
  shape:
    name: conv
    dimensions: [M, C, P, Q, R, S]
    data_spaces:
      - {name: Weights, projection: [[[M]], [[C]], [[R]], [[S]]]}
      - {name: Inputs, projection: [[[C]], [[R], [P]], [[S], [Q]]]}
      - {name: Outputs, projection: [[[M]], [[P]], [[Q]]], read_write: true}
architecture:
  version: 0.4
  nodes:
    - !Component {name: small, class: DRAM, attributes: {datawidth: 32, tally_weight_bits: 8, tally_activation_bits: 8, tally_result_bits: 8}}
    - !Component {name: buffer, class: SRAM, attributes: {depth: 64, width: 64, datawidth: 64}}
    - !Container {name: columns, spatial: {meshX: 2}}
    - !Component {name: sums, class: reg, attributes: {depth: 1, width: 16, datawidth: 16}, constraints: {dataspace: {keep: [Outputs], bypass: [Weights, Inputs]}}}
    - !Component {name: cells, class: reg, attributes: {depth: 36, width: 8, datawidth: 8}, constraints: {dataspace: {keep: [Weights], bypass: [Outputs, Inputs]}}}
    - !Container {name: cell, spatial: {meshX: 36}}
    - !Component {name: adders, class: compute, attributes: {tally_slots_per_step: 4}}
mapping:
  - {target: buffer, type: temporal, factors: [M=2], permutation: [M]}
  - {target: columns, type: spatial, factors: [M=2]}
  - {target: cells, type: temporal, factors: [P=4, Q=4], permutation: [Q, P]}
  - {target: cell, type: spatial, factors: [C=4, R=3, S=3], permutation: [C, R, S]}
`,
      },
    ]).layers;
    expect(timeloop.counts).toEqual(zigzag.counts);
    expect(timeloop.mapping).toEqual(zigzag.mapping);
    expect(timeloop.machine).toEqual(zigzag.machine);
  });

  test('a matrix product; loops that do not divide leave the last iteration partly empty', () => {
    const files: readonly SourceFile[] = [
      {
        name: 'w.yaml',
        text: `- id: 3
  operator_type: Gemm
  equation: O[d0][d1]+=I[d0][d2]*W[d2][d1]
  dimension_relations: []
  loop_dims: [D0, D1, D2]
  loop_sizes: [5, 7, 36]
  operand_precision: {W: 8, I: 8, O: 16, O_final: 16}
  operand_source: {I: 3, W: 3}
`,
      },
      FILES[1],
      {
        name: 'm.yaml',
        text: `- name: Gemm
  spatial_mapping: {D1: ["D1, 2"], D2: ["D2, 36"]}
  temporal_ordering: [[D0, 5], [D1, 4]]
`,
      },
    ];
    const [{ name, problem, counts }] = importZigzag(files).layers;
    expect(name).toBe('Layer3');
    expect([problem.rows.outputs, problem.outputs, problem.channels]).toEqual([5, 7, 36]);
    expect(counts.macs).toBe(5 * 7 * 36);
    // 7 outputs on 2 columns: 4 rounds, in the last one column is idle. 5 x 7 steps, 5 x 4 of the first column.
    expect([counts.steps, counts.busiestSteps]).toEqual([35, 20]);
    expect(counts.operands.weights.memory.reads).toBe(7 * 36);
  });
});

describe('what is counted otherwise, or left out', () => {
  test('a register that columns share is counted for each of them; layers without weights are left out', () => {
    const register =
      '  inputs:\n    size: 8\n    operands: [I1]\n    ports: []\n    served_dimensions: [D1]\n  sums:\n';
    const { layers, differences, unused } = importZigzag(
      edited(
        FILES,
        ['  sums:\n', register],
        [
          '- id: 0\n',
          '- id: 1\n  operator_type: Pooling\n  equation: O[b][g]+=W[fx]*I[b][g][ix]\n  loop_dims: [B]\n  loop_sizes: [1]\n  operand_precision: {O: 8, O_final: 8}\n- id: 0\n',
        ],
      ),
    );
    expect(layers).toHaveLength(1);
    expect(differences).toEqual([
      {
        path: 'hardware.yaml:13:5: memories.inputs',
        what: "'inputs' is shared along D1, over which outputs 2 are unrolled",
        why: 'each macro of ours has its own: its activations are counted for each of 2 macros, and read once above',
      },
      {
        path: 'mapping.yaml:1:3: 0',
        what: 'activations in the macro',
        why: 'rows of ours hold an entry for each tap of a window: what windows share is loaded once for each of them',
      },
    ]);
    expect(unused[0]).toEqual({
      path: 'workload.yaml:1:3: 0',
      what: 'layer Layer1 (Pooling)',
      why: 'has no weights to multiply; the host does it',
    });
    expect(elements(FILES)['activations'].deliveries).toBe(layers[0].counts.operands.activations.deliveries);
  });

  test('unrolling that the layer cannot use is listed; loops that it does not have too', () => {
    const { unused } = importZigzag(
      edited(
        FILES,
        ['"C, 4"', '"C, 4", "G, 2"'],
        ['    - [OX, 4]', '    - [G, 3]\n    - [OX, 4]'],
        ['loop_sizes: [1, 4, 4,', 'loop_sizes: [1, 4, 2,'],
      ),
    );
    expect(unused.map(({ what, why }) => `${what}: ${why}`)).toEqual(
      expect.arrayContaining([
        '2 of 4 units along D2: C of layer conv has only 2 left',
        'G, 2 on D2: layer conv has no loop G',
        'loop over G: layer conv has no loop G',
      ]),
    );
  });
});

describe('refusals', () => {
  const of = (...edits: readonly (readonly [string, string])[]): readonly string[] =>
    refusals(() => importZigzag(edited(FILES, ...edits)));

  test('nothing is refused in the files that the others change', () => {
    expect(of()).toEqual([]);
  });

  test('files: parts missing, twice, or of something else', () => {
    expect(refusals(() => importZigzag(FILES.slice(0, 2)))).toEqual([
      'missing-part workload.yaml:1:1 | no mapping in the files',
    ]);
    expect(refusals(() => importZigzag([...FILES, FILES[1]]))).toEqual([
      'part-twice hardware.yaml:1:1 | a second hardware',
    ]);
    expect(refusals(() => importZigzag([...FILES, { name: 'x.yaml', text: 'a: 1' }]))).toEqual([
      'unknown-part x.yaml:1:1 | is neither a workload, nor an accelerator, nor a mapping of ZigZag 3',
    ]);
  });

  test('workload: equation, relations, sizes, precision; all at once', () => {
    expect(
      of(
        ['+=W[k][c][fy][fx]*I', '+=W[k][c][fy][fx]+I'],
        ['ix=1*ox+1*fx', 'ix=ox'],
        ['loop_sizes: [1, 4, 4, 4, 4, 3, 3]', 'loop_sizes: [1, 4, -4, 4, 4, 3]'],
        ['{W: 8, I: 8, O: 16, O_final: 8}', '{W: 8, I: 0, O: 16, X: 8}'],
        ['  operand_source', '  flavour: 1\n  operand_source'],
      ),
    ).toEqual([
      "unknown-key workload.yaml:13:3: 0.flavour | a layer has no key 'flavour'",
      "equation workload.yaml:4:13: 0.equation | 'O[b][k][oy][ox]+=W[k][c][fy][fx]+I[b][c][iy][ix]' is not a product of weights W and inputs I, added up in O",
      "dimension-relation workload.yaml:5:25: 0.dimension_relations.0 | 'ix=ox' does not say how an input index follows from an output index and a kernel index",
      'loop-sizes workload.yaml:7:15: 0.loop_sizes | 6 loop_sizes for 7 loop_dims',
      'not-a-size workload.yaml:7:22: 0.loop_sizes.2 | size of C is -4',
      "unknown-key workload.yaml:12:42: 0.operand_precision.X | operand_precision has no key 'X'",
      'not-a-size workload.yaml:12:32: 0.operand_precision.I | bits of I is 0',
      "missing-key workload.yaml:12:22: 0.operand_precision | operand_precision has no 'O_final'",
    ]);
    expect(of(['W[k][c][fy][fx]', 'W[k][c][fy][zz]'])).toContain(
      'dimension-without-role workload.yaml:6:14: 0.loop_dims | ZZ of the equation is neither in loop_dims nor in dimension_relations',
    );
  });

  test('accelerator: memories, ports, array', () => {
    expect(
      of(
        ['size: 8\n', 'size: lots\n'],
        ['operands: [I2]', 'operands: [I3]'],
        ['served_dimensions: [D2]', 'served_dimensions: [D3]'],
        ['sizes: [2, 36]', 'sizes: [2]'],
      ),
    ).toEqual([
      "expression hardware.yaml:4:11: memories.cells.size | size is 'lots': expressions are not evaluated",
      "memory-operand hardware.yaml:9:16: memories.cells.operands.0 | operands name 'I3'",
      'array-sizes hardware.yaml:36:10: operational_array.sizes | 1 sizes for 2 dimensions of the array',
      "array-dimension hardware.yaml:13:5: memories.sums | 'sums' serves D3, which the array does not have",
    ]);
  });

  test('memories that are too small, or do not hold what they must', () => {
    expect(of(['size: 8\n', 'size: 4\n'])).toEqual([
      "memory-too-small hardware.yaml:4:5: memories.cells | 'cells' has 4 bits; the weights of layer conv that it must hold need 8",
    ]);
    // Two outputs side by side: at least 72 weights of 8 bits beside the inputs of a window (36) and two results.
    expect(of(['size: 4096', 'size: 800'])).toEqual([
      "memory-too-small hardware.yaml:19:5: memories.buffer | 'buffer' has 800 bits, too few for activations and weights and partialSums of layer conv together",
    ]);
    expect(
      of([
        'size: 1000000\n    latency: 1\n    operands: [I1, I2, O]',
        'size: 1000000\n    latency: 1\n    operands: [I1, O]',
      ]),
    ).toEqual(["memory hardware.yaml:25:5: memories.dram | the topmost memory 'dram' does not hold weights"]);
  });

  test('sums that each unit of a dot product keeps', () => {
    expect(of(['served_dimensions: [D2]', 'served_dimensions: []'])).toEqual([
      "sums-per-entry hardware.yaml:13:5: memories.sums | 'sums' keeps a sum for each unit along D2, D2, D2, over which channels 4, kernel rows 3, kernel columns 3 are unrolled; a macro of ours adds them up first",
    ]);
  });

  test('mapping: not fixed, not complete, not of this layer', () => {
    expect(of(['    - [OX, 4]', '    - [OX, "*"]'])).toEqual([
      "mapping-not-fixed mapping.yaml:6:7: 0.temporal_ordering.0 | iterations of OX are '*': ZigZag's search would choose them",
    ]);
    expect(of(['  temporal_ordering:\n    - [OX, 4]\n    - [OY, 4]\n    - [K, 2]\n', ''])).toEqual([
      "mapping-not-fixed mapping.yaml:1:3: 0 | mapping 'default' of layer conv has no temporal_ordering: ZigZag's search would choose it",
    ]);
    expect(of(['[OY, 4]', '[OY, 2]'], ['[K, 2]', '[K, 4]'])).toEqual([
      'factors-do-not-multiply mapping.yaml:8:7: 0.temporal_ordering.2 | iterations of K in time multiply to 4; layer conv has 4, of which 2 at once',
      'factors-do-not-multiply mapping.yaml:7:7: 0.temporal_ordering.1 | iterations of OY in time multiply to 2; layer conv has 4',
    ]);
    expect(of(['- name: default', '- name: Gemm'])).toEqual([
      "no-mapping workload.yaml:1:3: 0 | no mapping is named 'conv', 'Conv' or 'default'",
    ]);
    expect(of(['D1: ["K, 2"]', 'D1: ["K, 2", "OX, 2"]\n    D7: ["OY, 2"]'], ['[OX, 4]', '[OX, 2]'])).toEqual([
      'more-than-the-array mapping.yaml:3:18: 0.spatial_mapping.D1.1 | loops over 4 units along D1, which has 2',
      'array-dimension mapping.yaml:4:10: 0.spatial_mapping.D7.0 | the array has no dimension D7',
    ]);
    expect(of(['W: I2, I: I1', 'W: I1, I: I1'])).toEqual([
      'memory-operand mapping.yaml:9:25: 0.memory_operand_links | two operands are linked to one',
    ]);
  });

  test('orders that our tiers do not have', () => {
    // Channels in time outside the pixels: 18 units hold 2 channels; the sum of a pixel waits for the second half, which nothing keeps.
    const halves = of(
      ['"C, 4"', '"C, 2"'],
      ['    - [K, 2]', '    - [C, 2]\n    - [K, 2]'],
      ['sizes: [2, 36]', 'sizes: [2, 18]'],
    );
    expect(halves).toEqual([]);
    // Columns in two parts with the outputs between them. For 4 rows of one column 48 inputs, 72 weights and 8 results, 8 bits each, fit:
    // 1024 bits; for two columns, with 16 results, 1088 do not.
    const twice = of(
      ['size: 4096', 'size: 1060'],
      ['- [OX, 4]\n    - [OY, 4]\n    - [K, 2]', '- [OY, 4]\n    - [OX, 2]\n    - [K, 2]\n    - [OX, 2]'],
    );
    expect(twice).toEqual([
      'dimension-twice mapping.yaml:7:7: 0.temporal_ordering.1 | output columns iterate twice over buffer tiles, with another loop between',
    ]);
    // Pixels between the kernel's loops: 4 channels in a row, sums leave after each.
    const turns = of(
      ['"C, 4", "FY, 3", "FX, 3"', '"C, 4"'],
      ['- [OX, 4]', '- [OX, 4]\n    - [FX, 3]'],
      ['    - [K, 2]', '    - [FY, 3]\n    - [K, 2]'],
    );
    expect(turns).toEqual([
      'nest-of-no-dataflow mapping.yaml:1:3: 0 | the loops inside a tile, outermost first, are outputs 2, kernel rows 3, output rows 4, kernel columns 3, output columns 4: the order of none of weight-stationary, output-stationary, input-stationary, weight-output-stationary, input-output-stationary',
    ]);
    // A register that keeps the sums of a row of pixels while the kernel's columns pass is more than our macro does.
    expect(
      of(
        ['size: 16\n', 'size: 64\n'],
        ['"C, 4", "FY, 3", "FX, 3"', '"C, 4", "FY, 3"'],
        ['    - [K, 2]', '    - [FX, 3]\n    - [K, 2]'],
        ['- [OX, 4]\n    - [OY, 4]', '- [OX, 4]'],
        ['loop_sizes: [1, 4, 4, 4, 4, 3, 3]', 'loop_sizes: [1, 4, 4, 1, 4, 3, 3]'],
      ),
    ).toEqual([
      "kept-otherwise mapping.yaml:1:3: 0 | the file's hardware keeps partialSums in the macro while kernel columns 3 iterate; weight-stationary does not",
    ]);
  });
});
