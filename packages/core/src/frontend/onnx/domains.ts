/** Versions of the ONNX operator set that are read. */
export const OPSETS = { first: 7, last: 25 } as const;

/** Domains of QONNX's operators: today's name and the two that older exporters wrote. */
export const QONNX_DOMAINS: readonly string[] = [
  'qonnx.custom_op.general',
  'onnx.brevitas',
  'finn.custom_op.general',
];

/** ONNX's own domain has two spellings; '' is ours. */
export function normaliseDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}
