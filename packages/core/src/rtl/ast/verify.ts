import { throwIfAny, type Issue } from '../../diagnostics/index.ts';
import { isComparison, isShift, widthOf, type ArrayRef, type Expression, type Ref } from './expression.ts';
import { KEYWORDS } from './keywords.ts';
import type { Instance, Item, Module } from './module.ts';
import type { Statement } from './statement.ts';

/** What a name stands for in a scope. */
type Meaning = Ref | ArrayRef | { readonly kind: 'other' };

const OTHER: Meaning = { kind: 'other' };

function shapeOf(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'ref':
      return `${meaning.bits} bits`;
    case 'array':
      return `${meaning.depth} words of ${meaning.bits} bits`;
    case 'other':
      return 'no net';
    default:
      return meaning satisfies never;
  }
}

/** One module's walk: collects what is wrong. */
class Verifier {
  readonly issues: Issue[] = [];
  readonly #known: ReadonlyMap<string, Module>;
  readonly #scopes = [new Map<string, Meaning>()];
  #path: string;

  constructor(module: Module, known: readonly Module[]) {
    this.#known = new Map(known.map((one) => [one.name, one]));
    this.#path = `module ${module.name}`;
    this.#checkName(module.name);
    for (const { of } of module.parameters) this.#declare(of.name, of);
    for (const { of } of module.ports) this.#declare(of.name, of);
    this.#items(module.items);
  }

  #report(code: string, message: string, remedy: string): void {
    this.issues.push({ code, path: this.#path, message, remedy });
  }

  #within(name: string, action: () => void): void {
    const before = this.#path;
    this.#path = `${before}.${name}`;
    action();
    this.#path = before;
  }

  #checkName(name: string): void {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      this.#report('illegal-name', `'${name}' is no identifier`, 'use letters, digits and underscores');
    } else if (KEYWORDS.has(name)) {
      this.#report('reserved-name', `'${name}' is a word of SystemVerilog`, 'use another name');
    }
  }

  #declare(name: string, meaning: Meaning): void {
    this.#checkName(name);
    const scope = this.#scopes.at(-1)!;
    if (scope.has(name)) this.#report('duplicate-name', `'${name}' is declared twice`, 'rename one of them');
    scope.set(name, meaning);
    if (meaning.kind === 'other') return;
    const numbers = meaning.kind === 'array' ? [meaning.bits, meaning.depth] : [meaning.bits];
    if (!numbers.every((number) => Number.isInteger(number) && number >= 1)) {
      this.#report('illegal-shape', `'${name}' has ${shapeOf(meaning)}`, 'use whole numbers from 1');
    }
  }

  #use(used: Ref | ArrayRef): void {
    const scope = this.#scopes.findLast((candidate) => candidate.has(used.name));
    const declared = scope?.get(used.name);
    if (declared === undefined) {
      this.#report('undeclared-name', `'${used.name}' is not declared`, 'declare it before it is used');
    } else if (shapeOf(declared) !== shapeOf(used)) {
      this.#report(
        'width-mismatch',
        `'${used.name}' is declared with ${shapeOf(declared)}, used with ${shapeOf(used)}`,
        'use the declaration',
      );
    }
  }

  /** Both widths are known and differ: one is cut or widened silently. */
  #equalWidths(what: string, left: Expression, right: Expression): void {
    const [a, b] = [widthOf(left), widthOf(right)];
    if (a !== b && a !== null && b !== null) {
      this.#report('width-mismatch', `${what}: ${a} bits against ${b}`, 'extend or slice one of them');
    }
  }

  #oneBit(what: string, expression: Expression): void {
    const bits = widthOf(expression);
    if (bits !== 1) this.#report('width-mismatch', `${what} has ${bits ?? 'no'} bits, not 1`, 'compare it');
  }

  #expression(node: Expression): void {
    switch (node.kind) {
      case 'ref': {
        this.#use(node);
        return;
      }
      case 'genvar':
        if (!this.#scopes.some((scope) => scope.get(node.name) === OTHER)) {
          this.#report('undeclared-name', `'${node.name}' is no loop's variable`, 'use it inside its loop');
        }
        return;
      case 'integer':
        return;
      case 'literal':
        if (node.value < 0n || node.value >= 1n << BigInt(node.bits)) {
          this.#report('literal-too-wide', `${node.value} does not fit ${node.bits} bits`, 'make it wider');
        }
        return;
      case 'bit-select':
      case 'part-select': {
        this.#use(node.of);
        const offset = node.kind === 'bit-select' ? node.index : node.offset;
        const bits = node.kind === 'bit-select' ? 1 : node.bits;
        this.#expression(offset);
        const last = offset.kind === 'integer' ? offset.value + bits : bits;
        if (last > node.of.bits || (offset.kind === 'integer' && offset.value < 0)) {
          this.#report(
            'select-out-of-range',
            `bits up to ${last - 1} of '${node.of.name}', which has ${node.of.bits}`,
            'select inside the vector',
          );
        }
        return;
      }
      case 'element':
        this.#use(node.of);
        {
          this.#expression(node.index);
          return;
        }
      case 'unary': {
        this.#expression(node.operand);
        return;
      }
      case 'binary':
        this.#expression(node.left);
        this.#expression(node.right);
        if (isComparison(node.operator) && (node.left.kind === 'signed') !== (node.right.kind === 'signed')) {
          this.#report('sign-mismatch', `'${node.operator}' of a signed and an unsigned value`, 'sign both');
        }
        if (!isShift(node.operator)) this.#equalWidths(`'${node.operator}'`, node.left, node.right);
        return;
      case 'conditional':
        this.#expression(node.condition);
        this.#expression(node.yes);
        this.#expression(node.no);
        this.#oneBit('a condition', node.condition);
        {
          this.#equalWidths('the two values of a condition', node.yes, node.no);
          return;
        }
      case 'concat':
      case 'replicate': {
        const parts = node.kind === 'concat' ? node.parts : [node.operand];
        for (const part of parts) {
          this.#expression(part);
          if (widthOf(part) === null) {
            this.#report('width-mismatch', 'a bare number in a concatenation', 'use a literal');
          }
        }
        return;
      }
      case 'signed': {
        this.#expression(node.operand);
        return;
      }
      default:
        return node satisfies never;
    }
  }

  #assignment(target: Expression, value: Expression): void {
    this.#expression(target);
    this.#expression(value);
    const name = 'of' in target ? target.of.name : 'name' in target ? target.name : '';
    if (widthOf(value) === null) {
      this.#report('width-mismatch', `a bare number assigned to '${name}'`, 'use a literal');
    }
    this.#equalWidths(`assignment to '${name}'`, target, value);
  }

  #statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(node: Statement): void {
    switch (node.kind) {
      case 'procedural-assign': {
        this.#assignment(node.target, node.value);
        return;
      }
      case 'if':
        this.#expression(node.condition);
        this.#oneBit('a condition', node.condition);
        this.#statements(node.then);
        {
          this.#statements(node.otherwise);
          return;
        }
      case 'case': {
        this.#expression(node.subject);
        const seen = new Set<bigint>();
        for (const arm of node.arms) {
          for (const value of arm.values) {
            this.#equalWidths('a case', node.subject, value);
            if (seen.has(value.value)) {
              this.#report('duplicate-case', `${value.value} is in a case twice`, 'keep one of them');
            }
            seen.add(value.value);
          }
          this.#statements(arm.body);
        }
        this.#statements(node.otherwise);
        return;
      }
      case 'assertion':
        this.#checkName(node.label);
        this.#expression(node.condition);
        {
          this.#oneBit('an assertion', node.condition);
          return;
        }
      case 'comment':
        return;
      default:
        return node satisfies never;
    }
  }

  #items(items: readonly Item[]): void {
    for (const item of items) this.#item(item);
  }

  #item(node: Item): void {
    switch (node.kind) {
      case 'localparam':
        this.#declare(node.of.name, node.of);
        {
          this.#assignment(node.of, node.value);
          return;
        }
      case 'net': {
        this.#declare(node.of.name, node.of);
        return;
      }
      case 'assign': {
        this.#assignment(node.target, node.value);
        return;
      }
      case 'always-ff':
        this.#expression(node.clock);
        this.#oneBit('a clock', node.clock);
        {
          this.#statements(node.body);
          return;
        }
      case 'always-comb':
      case 'initial': {
        this.#statements(node.body);
        return;
      }
      case 'instance':
        this.#declare(node.name, OTHER);
        {
          this.#within(node.name, () => this.#instance(node));
          return;
        }
      case 'generate-for':
        this.#checkName(node.label);
        {
          this.#within(node.label, () => {
            this.#scopes.push(new Map());
            this.#declare(node.variable.name, OTHER);
            this.#items(node.body);
            this.#scopes.pop();
          });
          return;
        }
      case 'lint-off': {
        this.#items(node.body);
        return;
      }
      case 'comment':
        return;
      default:
        return node satisfies never;
    }
  }

  #instance(node: Instance): void {
    for (const { value } of node.connections) if (value !== null) this.#expression(value);
    const module = this.#known.get(node.module);
    if (module === undefined) {
      this.#report('unknown-module', `there is no module '${node.module}'`, 'generate it too');
      return;
    }
    const left = new Map(module.ports.map((port) => [port.of.name, port]));
    for (const { port: name, value } of node.connections) {
      const port = left.get(name);
      left.delete(name);
      if (port === undefined) {
        this.#report(
          'unknown-port',
          `'${node.module}' has no port '${name}', or it is connected twice`,
          'mend it',
        );
      } else if (value === null) {
        if (port.direction === 'input') {
          this.#report('open-input', `input '${name}' of '${node.module}' is open`, 'connect it');
        }
      } else {
        this.#equalWidths(`port '${name}'`, port.of, value);
        if (port.direction === 'output' && !['ref', 'bit-select', 'part-select'].includes(value.kind)) {
          this.#report('output-to-expression', `output '${name}' drives no net`, 'connect a net');
        }
      }
    }
    for (const name of left.keys()) {
      this.#report('open-port', `port '${name}' of '${node.module}' is not connected`, 'connect it, or null');
    }
    for (const { name } of node.parameters) {
      if (!module.parameters.some(({ of }) => of.name === name)) {
        this.#report('unknown-parameter', `'${node.module}' has no parameter '${name}'`, 'remove it');
      }
    }
  }
}

/**
 * Names are identifiers, declared once, before use and with one width; assignments, operators, cases and ports have equal
 * widths on both sides; instances connect every port of a module in `known`.
 *
 * @throws TallyError all that is wrong: `illegal-name`, `reserved-name`, `duplicate-name`, `illegal-shape`,
 *   `undeclared-name`, `width-mismatch`, `sign-mismatch`, `literal-too-wide`, `select-out-of-range`, `duplicate-case`,
 *   `unknown-module`, `unknown-port`, `open-input`, `open-port`, `output-to-expression`, `unknown-parameter`
 */
export function verifyModule(module: Module, known: readonly Module[] = []): void {
  throwIfAny(new Verifier(module, known).issues);
}
