import { z } from 'zod';
import { networkMappingSchema } from './mapping-schema.ts';
import { systemSchema } from './system-schema.ts';

/** JSON schema of a `tally-system` document, for editors and other programs. */
export function systemJsonSchema(): object {
  return { title: 'Tally system', ...z.toJSONSchema(systemSchema, { io: 'input' }) };
}

/** JSON schema of a `tally-mapping` file. */
export function mappingJsonSchema(): object {
  return { title: 'Tally mapping', ...z.toJSONSchema(networkMappingSchema, { io: 'input' }) };
}
