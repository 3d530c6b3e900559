/** 3 x 3 convolution, 4 channels -> 4 outputs on 4 x 4 pixels, from 4 x 4 inputs with a border of one. */
export const WORKLOAD = `- id: 0
  name: conv
  operator_type: Conv
  equation: O[b][k][oy][ox]+=W[k][c][fy][fx]*I[b][c][iy][ix]
  dimension_relations: [ix=1*ox+1*fx, iy=1*oy+1*fy]
  loop_dims: [B, K, C, OY, OX, FY, FX]
  loop_sizes: [1, 4, 4, 4, 4, 3, 3]
  pr_loop_dims: [IX, IY]
  padding:
    - [1, 1]
    - [1, 1]
  operand_precision: {W: 8, I: 8, O: 16, O_final: 8}
  operand_source: {W: 0, I: 0}
`;

const port = (bits: number): string =>
  `[{name: rw_port_1, type: read_write, bandwidth_min: ${bits}, bandwidth_max: ${bits}, allocation: []}]`;

/**
 * Digital compute-in-memory: 2 columns of 36 cells, one weight each, one 16-bit sum each behind the adder tree; a buffer of 4 kbit for all
 * operands; inputs go in two bits at a time.
 */
export const HARDWARE = `name: small
memories:
  cells:
    size: 8
    latency: 0
    r_cost: 0
    w_cost: 0.095
    area: 0
    operands: [I2]
    ports: ${port(8)}
    served_dimensions: []
  sums:
    size: 16
    latency: 1
    operands: [O]
    ports: ${port(16)}
    served_dimensions: [D2]
  buffer:
    size: 4096
    latency: 1
    operands: [I1, I2, O]
    ports: ${port(64)}
    served_dimensions: [D1, D2]
  dram:
    size: 1000000
    latency: 1
    operands: [I1, I2, O]
    ports: ${port(32)}
    served_dimensions: [D1, D2]
operational_array:
  is_imc: true
  imc_type: digital
  input_precision: [8, 8]
  bit_serial_precision: 2
  dimensions: [D1, D2]
  sizes: [2, 36]
`;

/** Two outputs side by side, whole kernels in a column; pixels stream past the weights, then the other two outputs. */
export const MAPPING = `- name: default
  spatial_mapping:
    D1: ["K, 2"]
    D2: ["C, 4", "FY, 3", "FX, 3"]
  temporal_ordering:
    - [OX, 4]
    - [OY, 4]
    - [K, 2]
  memory_operand_links: {O: O, W: I2, I: I1}
`;

export const FILES = [
  { name: 'workload.yaml', text: WORKLOAD },
  { name: 'hardware.yaml', text: HARDWARE },
  { name: 'mapping.yaml', text: MAPPING },
];
