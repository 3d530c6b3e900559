import type {
  DataflowReport,
  Figures,
  LayerReport,
  ReproductionRow,
  RunReport,
  SchemeCounts,
} from '@tally/core';

/**
 * A small report with round numbers for golden files: not a measurement, only consistent enough to
 * be drawn. Two images, three layers, the scheme `magnitude-pairs` on 128 entries.
 */
export const sampleReport: RunReport = {
  kind: 'tally-run-report',
  formatVersion: 1,
  toolVersion: '0.0.0',
  network: { name: 'sample', hash: 'a'.repeat(64) },
  chip: { name: 'zhu2020', scheme: 'magnitude-pairs', entries: 128 },
  tech: { name: 'zhu-jetcas-2020', nodeNm: 65 },
  dataset: { name: 'sample-images', images: 2 },
  operatingPoint: { voltageV: 1.01, clockMHz: 40 },
  images: 2,
  top1: 0.5,
  layers: [
    layer('stem', 100_000, 4, [60, 30, 8, 2], [5, 10, 20, 40, 20, 10, 5]),
    layer('block1.conv1', 400_000, 1, [50, 25, 15, 10], [4, 8, 24, 30, 24, 8, 2]),
    layer('classifier', 1_280, 1, [20, 40, 30, 10], [1, 2, 3, 4, 3, 2, 1]),
  ],
  total: figures(501_280, 1),
  host: {
    byKind: [
      {
        kind: 'threshold',
        nodes: 2,
        comparisons: 6000,
        additions: 0,
        multiplications: 0,
        poolings: 0,
        moves: 0,
      },
      {
        kind: 'affine',
        nodes: 2,
        comparisons: 0,
        additions: 4000,
        multiplications: 4000,
        poolings: 0,
        moves: 0,
      },
      { kind: 'add', nodes: 1, comparisons: 0, additions: 2000, multiplications: 0, poolings: 0, moves: 0 },
      { kind: 'pad', nodes: 1, comparisons: 0, additions: 0, multiplications: 0, poolings: 0, moves: 1000 },
    ],
    total: { comparisons: 6000, additions: 6000, multiplications: 4000, poolings: 0, moves: 1000 },
    chargedComparisons: 3000,
  },
  sources: [
    { figure: 'operatingPoint', label: 'published', how: 'point peak-efficiency of the chip' },
    { figure: 'macs', label: 'counted', how: 'products of the network graph' },
    { figure: 'pairSparsity', label: 'counted', how: 'pairs with a zero / pairs' },
    { figure: 'multiplications', label: 'reconstructed', how: '9 classes and one rescale per 128 entries.' },
    { figure: 'cycles', label: 'reconstructed', how: '10 cycles per vector, 2 more per window of 9.' },
    { figure: 'timeNs', label: 'reconstructed', how: 'cycles / clock' },
    { figure: 'gops', label: 'reconstructed', how: '2 * MACs / time' },
    { figure: 'opsPerCycle', label: 'reconstructed', how: '2 * MACs / cycles' },
    {
      figure: 'energy.totalPj',
      label: 'calibrated',
      how: 'action counts x table, scaled to 22.1 pJ per 128 MACs.',
    },
    { figure: 'topsPerWatt', label: 'calibrated', how: '2 * MACs / energy' },
    { figure: 'top1', label: 'counted', how: 'right classes / images' },
  ],
  uncertainty: {
    seed: 1,
    samples: 1000,
    distribution: 'log-triangular',
    inputs: [
      {
        path: 'energies.searchedBits',
        unit: 'pJ',
        low: 0.5,
        typical: 1,
        high: 2,
        spread: 'half and twice',
      },
    ],
    figures: [
      {
        figure: 'energy.totalPj',
        unit: 'pJ',
        mode: 'table',
        interval: { low: 600_000, typical: 704_925, high: 900_000 },
        sampled: { mean: 720_000, p5: 640_000, p25: 680_000, p50: 715_000, p75: 760_000, p95: 840_000 },
        sensitivities: [{ path: 'energies.searchedBits', atLow: 600_000, atHigh: 900_000, swing: 300_000 }],
      },
      {
        figure: 'areaMm2',
        unit: 'mm2',
        mode: 'recalibrated',
        interval: { low: 0.5016, typical: 0.5016, high: 0.5016 },
        sampled: { mean: 0.5016, p5: 0.5016, p25: 0.5016, p50: 0.5016, p75: 0.5016, p95: 0.5016 },
        sensitivities: [],
      },
    ],
  },
  notes: ['Partial sums of stem need 14 bits; the macro holds 12.'],
};

/** Rows of a comparison with every kind of label. */
export const sampleReproduction: readonly ReproductionRow[] = [
  {
    figure: 'multiplications saved',
    unit: '',
    published: 12.8,
    ours: 12.8,
    residual: 0,
    label: 'reconstructed',
    interval: null,
    calibrated: [],
    how: '128 / (9 + 1)',
  },
  {
    figure: 'peak throughput',
    unit: 'GOPS',
    published: 3.58,
    ours: 3.581,
    residual: 3.581 / 3.58 - 1,
    label: 'reconstructed',
    interval: null,
    calibrated: [],
    how: '25.04 OPs per cycle at 143 MHz',
  },
  {
    figure: 'peak efficiency',
    unit: 'TOPS/W',
    published: 11.6,
    ours: 11.6,
    residual: 0,
    label: 'calibrated',
    interval: { low: 9, high: 13 },
    calibrated: ['energies.cycles'],
    how: 'the energy scale was fitted to this row',
  },
  {
    figure: 'area',
    unit: 'mm²',
    published: 0.5016,
    ours: 0.47,
    residual: 0.47 / 0.5016 - 1,
    label: 'literature',
    interval: { low: 0.4, high: 0.6 },
    calibrated: [],
    how: 'cells and memories of the table',
  },
  {
    figure: 'ImageNet top-1',
    unit: '%',
    published: 64.4,
    ours: null,
    residual: null,
    label: 'not-run',
    interval: null,
    calibrated: [],
    how: 'needs an ImageNet network',
  },
];

function figures(macs: number, passes: number): Figures {
  const vectors = (macs / 128) * passes;
  const pairs = 2 * macs * passes;
  const energy = {
    'cam-search': 90 * vectors,
    popcount: 60 * vectors,
    multiply: 20 * vectors,
    control: 10 * vectors,
  };
  const totalPj = Object.values(energy).reduce((sum, value) => sum + value, 0);
  const cycles = 10 * vectors;
  return {
    macs,
    paddingMacs: macs / 20,
    vectors: Math.ceil(vectors),
    utilisation: 0.9,
    searches: Math.round(9 * vectors),
    multiplications: 10 * vectors,
    reduction: macs / (10 * vectors),
    accumulations: Math.ceil(vectors),
    thresholdComparisons: 3000,
    cycles,
    timeNs: cycles * 25,
    opsPerCycle: (2 * macs) / cycles,
    gops: (2 * macs) / (cycles * 25),
    energy: { byComponentPj: energy, totalPj },
    actions: {
      searchedBits: 4608 * vectors,
      matches: 48 * vectors,
      classMultiplications: 9 * vectors,
      rescales: vectors,
      accumulations: 9 * vectors,
      thresholdComparisons: 3000,
      loadedBits: 18 * vectors,
      cycles,
    },
    topsPerWatt: (2 * macs) / totalPj,
    pairCounts: {
      pairs,
      paddingPairs: pairs / 20,
      zeroWeightPairs: pairs / 4,
      zeroActivationPairs: pairs / 2,
      zeroBothPairs: pairs / 10,
      nonzeroPairs: pairs - pairs / 4 - pairs / 2 + pairs / 10,
    },
    weightSparsity: 0.25,
    activationSparsity: 0.5,
    pairSparsity: 0.65,
    schemes: [
      scheme('dense', 'dense multiply', macs, macs, 0),
      scheme('magnitude-pairs', 'magnitude pairs', macs, 10 * vectors, 9 * vectors),
      scheme('weight-level', 'weight level', macs, 4 * vectors, 3 * vectors),
    ],
    dataflows: [
      dataflow('weight-stationary', 1, macs),
      dataflow('output-stationary', 2, macs),
      dataflow('input-stationary', 3, macs),
    ],
  };
}

function scheme(
  name: string,
  title: string,
  macs: number,
  multiplications: number,
  searches: number,
): SchemeCounts {
  return {
    scheme: name,
    title,
    searches: Math.round(searches),
    multiplications,
    reduction: macs / multiplications,
    matches: Math.round(0.35 * macs * 2),
  };
}

function dataflow(name: string, factor: number, macs: number): DataflowReport {
  const traffic = (share: number, bits: number) => ({
    macroReads: macs,
    macroWrites: macs / 10,
    memoryReads: (factor * share * macs) / 100,
    memoryWrites: 0,
    bitsPerElement: bits,
    memoryBits: ((factor * share * macs) / 100) * bits,
  });
  const weights = traffic(4 - factor, 3);
  const activations = traffic(2, 2);
  const partialSums = traffic(factor, 12);
  const memoryBits = weights.memoryBits + activations.memoryBits + partialSums.memoryBits;
  return { dataflow: name, weights, activations, partialSums, memoryBits, memoryEnergyPj: 0.4 * memoryBits };
}

function layer(
  id: string,
  macs: number,
  passes: number,
  activationLevels: number[],
  weightCounts: number[],
): LayerReport {
  return {
    ...figures(macs, passes),
    id,
    kind: id === 'classifier' ? 'fully-connected' : 'conv',
    inputShape: id === 'classifier' ? [128] : [16, 28, 28],
    outputShape: id === 'classifier' ? [10] : [16, 28, 28],
    weightFormat: { system: 'sign-magnitude', bits: 3 },
    activationFormat: { system: 'unsigned', bits: passes === 1 ? 2 : 8 },
    digits: { weightDigitBits: 2, weightDigits: 1, activationDigitBits: 2, activationDigits: passes, passes },
    dotProductLength: 144,
    classMatches: [1, 2, 3].flatMap((m) =>
      [1, 2, 3].map((v) => ({
        name: `${m}x${v}`,
        value: m * v,
        positive: Math.round(macs / (10 * m * v)),
        negative: Math.round(macs / (12 * m * v)),
      })),
    ),
    activationLevels,
    weightLevels: { minLevel: -3, counts: weightCounts },
    partialSumBound: 1296,
    partialSumBits: 12,
    vectorSumBits: 12,
  };
}
