/** 3 x 3 convolution, 4 channels -> 4 outputs on 4 x 4 pixels, from 6 x 6 inputs. */
export const PROBLEM = `problem:
  version: 0.4
  instance: {N: 1, C: 4, M: 4, P: 4, Q: 4, R: 3, S: 3}
  shape:
    name: conv
    dimensions: [N, C, M, P, Q, R, S]
    coefficients:
      - {name: Hstride, default: 1}
      - {name: Wstride, default: 1}
    data_spaces:
      - name: Weights
        projection: [[[M]], [[C]], [[R]], [[S]]]
      - name: Inputs
        projection: [[[N]], [[C]], [[R], [P, Hstride]], [[S], [Q, Wstride]]]
      - name: Outputs
        projection: [[[N]], [[M]], [[P]], [[Q]]]
        read_write: true
`;

/** DRAM, one shared buffer of 512 bytes, two macros of two weight rows with 36 entries each. */
export const ARCHITECTURE = `architecture:
  version: 0.4
  nodes:
    - !Component
      name: dram
      class: DRAM
      attributes: {width: 64, datawidth: 8}
    - !Component
      name: buffer
      class: SRAM
      attributes: {depth: 64, width: 64, datawidth: 8}
    - !Container
      name: macro
      spatial: {meshX: 2}
    - !Component
      name: weight_rows
      class: regfile
      attributes: {depth: 72, width: 8, datawidth: 8}
      constraints:
        dataspace: {keep: [Weights], bypass: [Inputs, Outputs]}
    - !Container
      name: entry
      spatial: {meshX: 36}
    - !Component
      name: mac
      class: intmac
`;

/**
 * Outputs 2 x 2 (tile: 2, one for each macro), columns 2 x 2, all rows and channels in a tile; a row holds a whole kernel, so that
 * weights stay while the 4 x 2 pixels of a tile stream.
 */
export const MAPPING = `mapping:
  - target: dram
    type: temporal
    factors: [M=2, Q=2]
    permutation: [Q, M, P, C, N, R, S]
  - target: macro
    type: spatial
    factors: [M=2]
    permutation: [M]
  - target: weight_rows
    type: temporal
    factors: P=4 Q=2
    permutation: QP
  - target: entry
    type: spatial
    factors: [C=4, R=3, S=3]
    permutation: [S, R, C]
`;

export const FILES = [
  { name: 'problem.yaml', text: PROBLEM },
  { name: 'architecture.yaml', text: ARCHITECTURE },
  { name: 'mapping.yaml', text: MAPPING },
];
