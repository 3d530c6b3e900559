import { expect, test } from 'vitest';
import { interpretMapping } from '../../mapping/index.ts';
import { edited } from '../refusals.test-support.ts';
import { FILES } from './fixture.test-support.ts';
import { importTimeloop } from './read.ts';

/** Reads and writes of each operand in elements: memory, buffer, macros; deliveries. */
function elements(files: typeof FILES | ReturnType<typeof edited>) {
  const [{ counts }] = importTimeloop(files).layers;
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

test('weight-stationary: counts worked out by hand', () => {
  const { layers, unused, differences } = importTimeloop(FILES);
  expect(layers.map(({ name, mapping }) => [name, mapping])).toEqual([
    [
      'conv',
      {
        // Loops of one iteration stand first; outputs outside columns.
        order: ['batch', 'group', 'rows', 'channels', 'outputs', 'columns'],
        tile: { outputs: 2, rows: 4, columns: 2, channels: 4 },
        split: { outputs: 2, pixels: 1 },
        macro: { dataflow: 'weight-stationary', outputs: 1, pixels: 1, chunks: 1 },
      },
    ],
  ]);
  expect(elements(FILES)).toEqual({
    weights: {
      // 4 outputs x 4 channels x 9 taps; a tile of weights stays while columns iterate
      memory: [144, 0],
      // a macro starts each of the 2 x 2 tiles empty: 2 macros x 36 x 4 tiles
      buffer: [288, 144],
      macro: [4 * 4 * 9 * 16, 288],
      deliveries: 288,
    },
    activations: {
      // Tiles are 6 rows x 4 columns x 4 channels = 96. The next one of the same outputs shares 2 columns: 48 more. The second outputs
      // start again with the first columns, of which 2 are still there: 48, and 48.
      memory: [96 + 3 * 48, 0],
      // each of the 16 pixels, twice (once for each pair of outputs): 36 entries, read once for both macros
      buffer: [16 * 2 * 36, 240],
      macro: [2304, 2 * 1152],
      deliveries: 2 * 1152,
    },
    // 4 x 4 x 4 results; all 36 entries are in a row, so that no sum waits
    partialSums: { memory: [0, 64], buffer: [64, 64], macro: [0, 64], deliveries: 64 },
  });
  const [{ counts }] = layers;
  expect(counts.macs).toBe(2304);
  // 64 results, 32 for each macro
  expect([counts.steps, counts.busiestSteps]).toEqual([64, 32]);
  // all operands have 8 bits
  expect(counts.memory).toEqual({ readBits: (144 + 240) * 8, writeBits: 64 * 8 });
  expect(unused).toEqual([]);
  expect(differences).toEqual([
    {
      path: 'mapping.yaml:4:20: mapping.0.factors.1',
      what: 'weights stay in the macro of the file while output columns 2 iterate over buffer tiles',
      why: 'macros of ours start a tile empty: they are loaded once for each of these tiles',
    },
  ]);
});

test('what is read is what the interpreter walks', () => {
  const [{ problem, machine, mapping, counts }] = importTimeloop(FILES).layers;
  expect(interpretMapping(problem, machine, mapping).counts).toEqual(counts);
});

test('padding before the first row and inputs that are stored are used where they are given', () => {
  // 4 x 4 inputs with a border of one: of 12 pairs of row and tap 10 are not padding.
  const padded = edited(FILES, ['S: 3}', 'S: 3, H: 4, W: 4, Hpad: 1, Wpad: 1}']);
  const [{ problem }] = importTimeloop(padded).layers;
  expect(problem.rows).toEqual({ outputs: 4, inputs: 4, taps: 3, stride: 1, dilation: 1, padding: 1 });
  // 10 x 10 x 4 channels, for each pair of outputs
  expect(elements(padded)['activations'].buffer?.[0]).toBe(2 * 400);
  // Inputs 4 rows of 3 columns (the fourth is outside the first tile), then 1 column more; back again: 2 and 1 more, of 4 x 4 each.
  expect(elements(padded)['activations'].memory[0]).toBe(16 * (3 + 1 + 1 + 1));
});

test('a matrix product is a layer of one pixel row; names of dimensions are free', () => {
  // Z[i][j] = sum over k of A[i][k] B[k][j], 8 x 6 x 4; a row holds all 4 of k; 6 columns of B are outputs.
  const files = [
    {
      name: 'gemm.yaml',
      text: `problem:
  instance: {I: 8, J: 6, K: 4}
  shape:
    name: gemm
    dimensions: [I, J, K]
    data_spaces:
      - {name: Weights, projection: [[[K]], [[J]]]}
      - {name: Inputs, projection: [[[I]], [[K]]]}
      - {name: Outputs, projection: [[[I]], [[J]]], read_write: true}
architecture:
  version: 0.4
  nodes:
    - !Hierarchical
      nodes:
        - !Component {name: dram, class: DRAM, attributes: {width: 64, datawidth: 8}}
        - !Component
          name: rows
          class: regfile
          attributes: {depth: 4, width: 8, datawidth: 8}
          constraints: {dataspace: {keep: [Weights], bypass: [Inputs, Outputs]}}
        - !Container {name: entry, spatial: {meshX: 4}}
        - !Component {name: mac, class: intmac}
mapping:
  - {target: dram, type: temporal, factors: [I=8, J=6], permutation: [I, J]}
  - {target: entry, type: spatial, factors: [K=4]}
`,
    },
  ];
  const [{ name, problem, counts }] = importTimeloop(files).layers;
  expect(name).toBe('gemm');
  expect([problem.batch, problem.outputs, problem.channels]).toEqual([8, 6, 4]);
  // 'rows' stands above the mesh, as a buffer: a column of B stays in it while the rows of A pass, 4 elements for each of 48 steps.
  expect([counts.operands.weights.memory.reads, counts.operands.activations.memory.reads]).toEqual([24, 192]);
  expect(counts.operands.weights.buffer?.reads).toBe(192);
  expect(counts.operands.partialSums.memory.writes).toBe(48);
});

test('loops whose sizes do not divide: the last iteration is shorter', () => {
  // 4 columns as tiles of 3: the second has one.
  const ragged = edited(FILES, ['factors: P=4 Q=2', 'factors: ["P=4", "Q=3,1"]']);
  const [{ mapping, counts }] = importTimeloop(ragged).layers;
  expect(mapping.tile.columns).toBe(3);
  expect(counts.macs).toBe(2304);
  // Output columns 0-2 read input columns 0-4, column 3 reads 3-5, of which 3 and 4 are there: 5 columns and 1. Back for the other outputs:
  // 0-2 are read, 3 and 4 are still there; then 5 again.
  expect(counts.operands.activations.memory.reads).toBe(6 * 4 * (5 + 1 + 3 + 1));
});

test('operands without a buffer are read from memory by the macros', () => {
  const bypassed = edited(FILES, [
    'attributes: {depth: 64, width: 64, datawidth: 8}',
    'attributes: {depth: 64, width: 64, datawidth: 8}\n      constraints: {dataspace: {bypass: [Weights]}}',
  ]);
  const counted = elements(bypassed);
  expect(counted['weights']).toEqual({
    memory: [288, 0],
    buffer: null,
    macro: [2304, 288],
    deliveries: 288,
  });
  expect(counted['partialSums'].buffer).toEqual([64, 64]);
});

test('sums kept while channels iterate are those of an output-stationary macro; without that storage every step spills', () => {
  // 18 entries in a row (2 channels): two chunks. Sums of one pixel stay while both pass.
  const files = (sums: string) =>
    edited(
      FILES,
      ['spatial: {meshX: 36}', 'spatial: {meshX: 18}'],
      ['factors: [C=4, R=3, S=3]', 'factors: [C=2, R=3, S=3]'],
      [
        '      attributes: {depth: 72, width: 8, datawidth: 8}\n      constraints:\n        dataspace: {keep: [Weights], bypass: [Inputs, Outputs]}\n',
        sums,
      ],
      ['factors: P=4 Q=2\n    permutation: QP', 'factors: P=4 Q=2 C=2\n    permutation: CQP'],
    );
  const kept = files(
    '      attributes: {depth: 1, width: 24, datawidth: 24}\n      constraints:\n        dataspace: {keep: [Outputs], bypass: [Weights, Inputs]}\n',
  );
  const [output] = importTimeloop(kept).layers;
  expect(output.mapping.macro.dataflow).toBe('output-stationary');
  // each of 64 results takes 2 chunks: both rows are loaded for each step, and the sum leaves once
  expect(output.counts.steps).toBe(128);
  expect(output.counts.operands.weights.macro.writes).toBe(128 * 18);
  expect(output.counts.operands.partialSums.deliveries).toBe(64);
  // the result keeps its own width on the way
  expect(output.machine.macro.accumulatorBits).toBe(24);

  const spilled = files(
    '      attributes: {depth: 72, width: 8, datawidth: 8}\n      constraints:\n        dataspace: {keep: [Weights], bypass: [Inputs, Outputs]}\n',
  );
  // C inside the pixels: nothing keeps the sums, the first chunk's are written and read back for the second.
  const reordered = edited(spilled, ['permutation: CQP', 'permutation: QPC']);
  const [weight] = importTimeloop(reordered).layers;
  expect(weight.mapping.macro.dataflow).toBe('weight-stationary');
  expect(weight.counts.operands.partialSums.buffer).toEqual(
    expect.objectContaining({ reads: 128, writes: 128 }),
  );
  expect(weight.counts.operands.weights.macro.writes).toBe(288);
});

test('a second storage of an operand in the macro, and keys for estimators, are listed', () => {
  const { differences, unused } = importTimeloop(
    edited(FILES, [
      '    - !Component\n      name: mac\n',
      '    - !Component\n      name: latch\n      class: reg\n      attributes: {depth: 1, width: 8, datawidth: 8}\n      required_actions: [read]\n      constraints: {dataspace: {keep: [Weights], bypass: [Inputs, Outputs]}}\n    - !Component\n      name: mac\n',
    ]),
  );
  expect(differences.map(({ what }) => what)).toContain("'latch' keeps weights again inside 'weight_rows'");
  expect(unused).toEqual([
    {
      path: 'architecture.yaml:28:7: architecture.nodes.5.required_actions',
      what: "'required_actions' of a node",
      why: 'names what energy estimators are asked for; counts do not depend on it',
    },
  ]);
});

/**
 * Reads, fills and updates as Timeloop itself counts them: reference outputs of the ISPASS 2020 tutorial, github.com/Accelergy-Project/
 * timeloop-accelergy-exercises, timeloop/01-model-conv1d-2level (ref-output/os) and 02-model-conv1d+oc-2level (ref-output/no-tiling),
 * timeloop-model.stats.txt. The layers are a filter of 3 taps over 18 inputs, with 1 and with 32 outputs.
 */
test.each([
  {
    outputs: 1,
    weights: { memory: 3, reads: 48, fills: 3 },
    inputs: { memory: 18, reads: 48, fills: 18 },
    results: { memory: 16, reads: 32, updates: 48 },
  },
  {
    outputs: 32,
    weights: { memory: 96, reads: 1536, fills: 96 },
    inputs: { memory: 576, reads: 1536, fills: 576 },
    results: { memory: 512, reads: 1024, updates: 1536 },
  },
])('memory and buffer of $outputs outputs count as in the published output of Timeloop', (published) => {
  const { outputs, weights, inputs, results } = published;
  const [{ counts }] = importTimeloop([
    {
      name: 'filter.yaml',
      text: `problem:
  version: 0.4
  instance: {K: ${outputs}, R: 3, P: 16}
  shape:
    name: filter
    dimensions: [K, R, P]
    data_spaces:
      - {name: Weights, projection: [[[K]], [[R]]]}
      - {name: Inputs, projection: [[[R], [P]]]}
      - {name: Outputs, projection: [[[K]], [[P]]], read_write: true}
architecture:
  version: 0.4
  nodes:
    - !Component {name: dram, class: DRAM, attributes: {width: 64, datawidth: 8}}
    - !Component {name: buffer, class: SRAM, attributes: {depth: 64, width: 8, datawidth: 8}}
    - !Component {name: mac, class: intmac}
mapping:
  - {target: dram, type: temporal, factors: [K=${outputs}, P=16, R=1], permutation: [R, P, K]}
  - {target: buffer, type: temporal, factors: [R=3]}
`,
    },
  ]).layers;
  const { operands } = counts;
  expect(operands.weights).toMatchObject({
    memory: { reads: weights.memory },
    buffer: { reads: weights.reads, writes: weights.fills },
  });
  expect(operands.activations).toMatchObject({
    memory: { reads: inputs.memory },
    buffer: { reads: inputs.reads, writes: inputs.fills },
  });
  expect(operands.partialSums).toMatchObject({
    memory: { reads: 0, writes: results.memory },
    // Timeloop leaves out that finished results are read when they leave for memory.
    buffer: { reads: results.reads + results.memory, writes: results.updates },
  });
});
