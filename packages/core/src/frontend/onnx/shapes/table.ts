import { elementwiseRules } from './elementwise.ts';
import { generateRules } from './generate.ts';
import { layoutRules } from './layout.ts';
import { productRules } from './product.ts';
import { quantizeRules } from './quantize.ts';
import { resizeRules } from './resize.ts';
import type { NamedShapeRule, ShapeRule } from './rule.ts';
import { selectionRules } from './selection.ts';
import { windowRules } from './window.ts';

/** Every shape rule. */
export const shapeRules: readonly NamedShapeRule[] = [
  ...elementwiseRules,
  ...generateRules,
  ...layoutRules,
  ...productRules,
  ...quantizeRules,
  ...resizeRules,
  ...selectionRules,
  ...windowRules,
];

const byDomain = new Map<string, Map<string, ShapeRule>>();
for (const { domain, name, rule } of shapeRules) {
  const rules = byDomain.get(domain) ?? new Map<string, ShapeRule>();
  byDomain.set(domain, rules.set(name, rule));
}

/** Type and shape rule of an operator, undefined when there is none. */
export function findShapeRule(domain: string, name: string): ShapeRule | undefined {
  return byDomain.get(domain)?.get(name);
}
