import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { featuresMarkdown } from './features.ts';
import { findOperator, operators } from './registry.ts';

it('FEATURES.md is what the registry gives (npm run build:features)', () => {
  const file = new URL('../../../../../FEATURES.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(featuresMarkdown(operators));
});

it('a table has a row for each operator, with versions from 7 on', () => {
  const text = featuresMarkdown(operators);
  expect(text).toMatch(/^\| Conv +\| 7–25 +\| macro +\|.*group/m);
  expect(text).toMatch(/^\| HardSwish +\| 14–25 /m);
  expect(text).toMatch(/^\| Trunc +\| 1 +\| .*\n\| Trunc +\| 2 /m);
  for (const { name } of operators) expect(text).toContain(`\n| ${name} `);
});

it('the registry has one operator for a name and version', () => {
  for (const { domain, name, opsets } of operators) {
    expect(opsets[0]).toBeLessThanOrEqual(opsets[1]);
    for (let version = opsets[0]; version <= opsets[1]; version++) {
      const found = operators.filter(
        (other) =>
          other.domain === domain &&
          other.name === name &&
          other.opsets[0] <= version &&
          version <= other.opsets[1],
      );
      expect(found, `${name} ${version}`).toHaveLength(1);
    }
  }
});

it('attributes are listed once, limits are one line', () => {
  for (const { name, attributes, limits } of operators) {
    expect(attributes, name).toEqual([...new Set(attributes)]);
    expect(limits, name).not.toMatch(/[\n|]/);
  }
});

it('finds operators by version, and QONNX under its older names', () => {
  expect(findOperator('', 'Upsample', 9)?.name).toBe('Upsample');
  expect(findOperator('', 'Upsample', 10)).toBeUndefined();
  expect(findOperator('ai.onnx', 'Conv', 13)).toBe(findOperator('', 'Conv', 13));
  expect(findOperator('com.microsoft', 'Conv', 13)).toBeUndefined();
  const trunc = findOperator('qonnx.custom_op.general', 'Trunc', 1);
  expect(trunc?.opsets).toEqual([1, 1]);
  expect(findOperator('onnx.brevitas', 'Trunc', 1)).toBe(trunc);
  expect(findOperator('finn.custom_op.general', 'MultiThreshold', 1)?.name).toBe('MultiThreshold');
});
