import type { z } from 'zod';
import { TallyError, type Issue } from '../diagnostics/index.ts';

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function place(sourceName: string, path: readonly PropertyKey[]): string {
  return path.length === 0 ? sourceName : `${sourceName}: ${path.map(String).join('.')}`;
}

/** The parts of a schema issue that the sentence is made of. */
function explain(issue: z.core.$ZodIssue, actual: unknown): Pick<Issue, 'code' | 'message' | 'remedy'> {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = issue.expected === 'int' ? 'a whole number' : issue.expected;
      return actual === undefined
        ? { code: 'field-missing', message: `is missing, must be ${expected}`, remedy: 'add the field' }
        : {
            code: 'wrong-type',
            message: `is ${show(actual)}, must be ${expected}`,
            remedy: `give ${expected}`,
          };
    }
    case 'too_small':
      return {
        code: 'value-too-small',
        message: `is ${show(actual)}, must be ${issue.inclusive === false ? 'above' : 'at least'} ${String(issue.minimum)}`,
        remedy: issue.origin === 'string' ? 'write something' : 'give a larger value',
      };
    case 'too_big':
      return {
        code: 'value-too-large',
        message: `is ${show(actual)}, must be ${issue.inclusive === false ? 'below' : 'at most'} ${String(issue.maximum)}`,
        remedy: 'give a smaller value',
      };
    case 'invalid_value': {
      const values = issue.values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
      const rule = values.length === 1 ? `must be ${values[0] ?? ''}` : `must be one of ${values.join(', ')}`;
      return actual === undefined
        ? { code: 'field-missing', message: `is missing, ${rule}`, remedy: 'add the field' }
        : {
            code: 'value-not-allowed',
            message: `is ${show(actual)}, ${rule}`,
            remedy: 'use an allowed value',
          };
    }
    default:
      return {
        code: 'invalid-value',
        message: issue.message,
        remedy: 'see the format description in docs/howto',
      };
  }
}

function toIssues(issue: z.core.$ZodIssue, document: unknown, sourceName: string): readonly Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'unknown-field',
      path: place(sourceName, [...issue.path, key]),
      message: 'is not a field of this format',
      remedy: 'remove it, or correct its spelling',
    }));
  }
  return [{ path: place(sourceName, issue.path), ...explain(issue, valueAt(document, issue.path)) }];
}

/**
 * A document checked against a schema.
 *
 * @param document parsed JSON
 * @param sourceName file name or other origin, for the errors
 * @throws TallyError with every issue found: `field-missing`, `unknown-field`, `wrong-type`,
 *   `value-too-small`, `value-too-large`, `value-not-allowed`, `invalid-value`
 */
export function parseDocument<T>(schema: z.ZodType<T>, document: unknown, sourceName: string): T {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  throw new TallyError(result.error.issues.flatMap((issue) => toIssues(issue, document, sourceName)));
}
