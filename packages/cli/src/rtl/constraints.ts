import type { OperatingPoint } from '@tally/core';

/** Shares of the clock period: what the outside needs before and after the pins, and the clock's uncertainty. */
const OUTSIDE = 0.3;
const UNCERTAINTY = 0.05;

const INPUTS = [
  'aresetn',
  's_axil_awvalid',
  's_axil_awaddr[*]',
  's_axil_wvalid',
  's_axil_wdata[*]',
  's_axil_wstrb[*]',
  's_axil_bready',
  's_axil_arvalid',
  's_axil_araddr[*]',
  's_axil_rready',
  's_axis_tvalid',
  's_axis_tdata[*]',
  's_axis_tlast',
  's_axis_psum_tvalid',
  's_axis_psum_tdata[*]',
  'm_axis_tready',
];
const OUTPUTS = [
  's_axil_awready',
  's_axil_wready',
  's_axil_bvalid',
  's_axil_bresp[*]',
  's_axil_arready',
  's_axil_rvalid',
  's_axil_rdata[*]',
  's_axil_rresp[*]',
  's_axis_tready',
  's_axis_psum_tready',
  'm_axis_tvalid',
  'm_axis_tdata[*]',
  'm_axis_tlast',
  'm_axis_tuser',
];

/** Ports of `tally_top` that the constraints name, without ranges; a test compares them with the generated module. */
export const CONSTRAINED_PORTS: readonly string[] = ['aclk', ...INPUTS, ...OUTPUTS].map((name) =>
  name.replace('[*]', ''),
);

/**
 * Timing constraints (SDC) of `tally_top`: one clock at the operating point's rate, the same delays outside every pin, no exceptions:
 * every path is one clock. Nanoseconds.
 */
export function constraints(chip: string, { name, voltage, clock }: OperatingPoint): string {
  const periodNs = 1000 / clock.value;
  const ns = (share: number) => (share * periodNs).toFixed(3);
  const delays = (command: string, ports: readonly string[]) =>
    ports.map((port) => `${command} $outside -clock aclk [get_ports {${port}}]`);
  return [
    `# Timing constraints of tally_top, chip ${chip}, operating point ${name}: ${clock.value} MHz at ${voltage.value} V.`,
    '# Times are in nanoseconds: the library must use them too.',
    `create_clock -name aclk -period ${ns(1)} [get_ports {aclk}]`,
    `set_clock_uncertainty ${ns(UNCERTAINTY)} [get_clocks {aclk}]`,
    '',
    `# ${OUTSIDE * 100} % of the period is spent outside every pin. Driving cells and loads depend on the library: set them there.`,
    `set outside ${ns(OUTSIDE)}`,
    ...delays('set_input_delay', INPUTS),
    ...delays('set_output_delay', OUTPUTS),
    '',
    '# No false paths and no multicycle paths: reset is synchronous, every path takes one clock.',
    '',
  ].join('\n');
}
