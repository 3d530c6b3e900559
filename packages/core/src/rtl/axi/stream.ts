import { input, output, ref, type Module } from '../ast/index.ts';

import { clk, rstN } from '../modules/module.ts';

/** A stream that comes in and goes out by valid and ready. */
export const stream = (bits: number) => ({
  inValid: ref('in_valid'),
  inReady: ref('in_ready'),
  inData: ref('in_data', bits),
  outValid: ref('out_valid'),
  outReady: ref('out_ready'),
  outData: ref('out_data', bits),
});

/** Ports of a module that only passes a stream on. */
export function streamPorts(bits: number): Module['ports'] {
  const { inValid, inReady, inData, outValid, outReady, outData } = stream(bits);
  return [
    input(clk),
    input(rstN),
    input(inValid),
    output(inReady),
    input(inData),
    output(outValid),
    input(outReady),
    output(outData),
  ];
}
