import type { CodeFormat } from '../network/codes.ts';
import type { Chip } from './chip.ts';

/** The macro's operand formats as plain code formats. */
export function chipFormats({ formats }: Chip): {
  readonly weight: CodeFormat;
  readonly activation: CodeFormat;
} {
  return {
    weight: { system: formats.weight.system.name, bits: formats.weight.bits.value },
    activation: { system: 'unsigned', bits: formats.activation.bits.value },
  };
}
