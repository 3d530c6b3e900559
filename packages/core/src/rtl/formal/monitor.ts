import {
  alwaysComb,
  alwaysFf,
  and,
  array,
  comment,
  conditional,
  instance,
  less,
  literal,
  net,
  next,
  not,
  or,
  ref,
  set,
  verifyModule,
  zero,
  zeroExtend,
  add,
  slice,
  type Expression,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import { printModule } from '../print/index.ts';
import type { ProofJob, ProofProperty, TextEdit } from './job.ts';

const clk = ref('clk');

/** A value that the solver chooses once. */
export const anyConstant = (name: string, bits = 1): readonly [Ref, Item] => {
  const of = ref(name, bits);
  return [of, net(of, { attributes: [{ name: 'anyconst' }] })];
};

/** High from the second clock on: then there is a clock before. */
export const started = ref('started');
export const startedItems: readonly Item[] = [
  net(started),
  { kind: 'initial', body: [set(started, zero(1))] },
  alwaysFf(clk, next(started, literal(1, 1))),
];

/** Value in the clock before. */
export const past = (of: Ref): Ref => ref(`past_${of.name}`, of.bits);

/** Registers behind `past`, and `started`. */
export function remember(...nets: readonly Ref[]): Item[] {
  return [
    comment('What was in the clock before.'),
    ...startedItems,
    ...nets.map((of) => net(past(of))),
    alwaysFf(clk, ...nets.map((of) => next(past(of), of))),
  ];
}

const check = (verb: 'assert' | 'assume', label: string, condition: Expression): Item =>
  alwaysComb({ kind: 'assertion', verb, label, condition });
export const assertThat = (label: string, condition: Expression): Item => check('assert', label, condition);
export const assumeThat = (label: string, condition: Expression): Item => check('assume', label, condition);

export const implies = (condition: Expression, conclusion: Expression): Expression =>
  or(not(condition), conclusion);

/** The conclusion once there is a clock before. */
export const afterwards = (conclusion: Expression, ...conditions: readonly Expression[]): Expression =>
  implies(and(started, ...conditions), conclusion);

/** An address below `count`. */
export const inRange = (address: Ref, count: number): Expression =>
  less(zeroExtend(address, address.bits + 1), literal(address.bits + 1, count));

/** How many of the bits are 1, one after the other: the plain sum. */
export function countOnes(bits: readonly Expression[], width: number): Expression {
  return add(...bits.map((one) => zeroExtend(one, width)));
}

/** Bit `index` of a port, as an expression of one bit. */
export const bitOf = (of: Ref, index: number): Expression => slice(of, index, 1);

/** Two's complement of `width` bits. */
export const constant = (width: number, value: number): Expression => literal(width, value);

export const choose = conditional;
export { array };

/** The module with these items behind its own: a property stands where it sees registers. */
export function monitored(module: Module, items: readonly Item[]): Module {
  return { ...module, items: [...module.items, comment('Properties.'), ...items] };
}

/** Modules under `top` in the tree, leaves first. */
function under(top: Module, modules: readonly Module[]): Module[] {
  const found = new Set<Module>();
  const visit = (items: readonly Item[]): void => {
    for (const item of items) {
      if (item.kind === 'generate-for' || item.kind === 'lint-off') visit(item.body);
      if (item.kind !== 'instance') continue;
      const module = modules.find(({ name }) => name === item.module);
      if (module === undefined || found.has(module)) continue;
      visit(module.items);
      found.add(module);
    }
  };
  visit(top.items);
  return [...found];
}

/** Names of the nets that an expression reads. */
function netsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'ref':
      return [expression.name];
    case 'literal':
    case 'integer':
    case 'genvar':
      return [];
    case 'bit-select':
    case 'element':
      return [expression.of.name, ...netsOf(expression.index)];
    case 'part-select':
      return [expression.of.name, ...netsOf(expression.offset)];
    case 'unary':
    case 'replicate':
    case 'signed':
      return netsOf(expression.operand);
    case 'binary':
      return [...netsOf(expression.left), ...netsOf(expression.right)];
    case 'conditional':
      return [expression.condition, expression.yes, expression.no].flatMap(netsOf);
    case 'concat':
      return expression.parts.flatMap(netsOf);
    default:
      return expression satisfies never;
  }
}

/** The assertions among a module's items. */
function propertiesOf({ items }: Module): ProofProperty[] {
  return items
    .flatMap((item) => (item.kind === 'always-comb' ? item.body : []))
    .flatMap((statement) =>
      statement.kind === 'assertion' && statement.verb === 'assert'
        ? [{ label: statement.label, signals: [...new Set(netsOf(statement.condition))] }]
        : [],
    );
}

/** What a job is made from: the module that asserts, and the modules it may use. */
export interface JobParts extends Omit<
  ProofJob,
  'kind' | 'name' | 'top' | 'files' | 'nature' | 'properties'
> {
  readonly property: string;
  /** Left out: `bits`. */
  readonly nature?: ProofJob['nature'];
  readonly module: Module;
}

/** A job whose files hold what its top module needs, and nothing else. */
export function proofJob(
  { property, module, unit, claim, size, method, nature = 'bits' }: JobParts,
  modules: readonly Module[],
  edit: TextEdit,
): ProofJob {
  const parts = [...under(module, modules), module];
  verifyModule(module, modules);
  return {
    kind: 'proof-job',
    unit,
    name: `${unit}/${property}`,
    claim,
    size,
    method,
    nature,
    properties: propertiesOf(module),
    top: module.name,
    files: parts.map((one) => ({ path: `${one.name}.sv`, text: edit(one.name, printModule(one)) })),
  };
}

/** Every port of a module on a net of its own name; `others` by port. */
export const instanceOf = (
  module: Module,
  name: string,
  others: Readonly<Record<string, Expression | null>> = {},
): Item =>
  instance(
    module.name,
    name,
    Object.fromEntries(module.ports.map(({ of }) => [of.name, of.name in others ? others[of.name] : of])),
  );
