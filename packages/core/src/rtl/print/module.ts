import type { ArrayRef, Ref } from '../ast/expression.ts';
import type { Attribute, Instance, Item, Module, Port } from '../ast/module.ts';
import { printExpression } from './expression.ts';
import { indented, printStatements } from './statement.ts';

const OBSERVABLE = ' /* verilator public_flat_rd */';

const range = (bits: number) => (bits === 1 ? '' : `[${bits - 1}:0]`);

function declaration(of: Ref | ArrayRef): string {
  const words = of.kind === 'array' ? ` [0:${of.depth - 1}]` : '';
  return `${['logic', range(of.bits), of.name].filter((part) => part !== '').join(' ')}${words}`;
}

function attributesOf(attributes: readonly Attribute[]): string {
  if (attributes.length === 0) return '';
  const texts = attributes.map(({ name, value }) => (value === undefined ? name : `${name} = "${value}"`));
  return `(* ${texts.join(', ')} *) `;
}

const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));

function printPorts(ports: readonly Port[]): string[] {
  const width = widest(ports.map(({ of }) => range(of.bits)));
  return ports.map(({ direction, of, observable }, index) => {
    const type = `${direction.padEnd(6)} logic ${range(of.bits).padStart(width)}`.trimEnd();
    const column = `${direction.padEnd(6)} logic`.length + (width > 0 ? width + 1 : 0);
    const comma = index === ports.length - 1 ? '' : ',';
    return `${type.padEnd(column)} ${of.name}${observable ? OBSERVABLE : ''}${comma}`;
  });
}

function printInstance(node: Instance): string[] {
  const parameters = node.parameters.map(({ name, value }) => `.${name}(${value})`);
  const width = widest(node.connections.map(({ port }) => port));
  const connections = node.connections.map(({ port, value }, index) => {
    const comma = index === node.connections.length - 1 ? '' : ',';
    return `.${port.padEnd(width)} (${value === null ? '' : printExpression(value)})${comma}`;
  });
  const name = parameters.length === 0 ? node.module : `${node.module} #(${parameters.join(', ')})`;
  return [`${attributesOf(node.attributes)}${name} ${node.name} (`, ...indented(connections), ');'];
}

function printItem(node: Item): string[] {
  switch (node.kind) {
    case 'localparam':
      return [`localparam ${declaration(node.of)} = ${printExpression(node.value)};`];
    case 'net': {
      const text = `${attributesOf(node.attributes)}${declaration(node.of)}`;
      return [`${text}${node.observable ? OBSERVABLE : ''};`];
    }
    case 'assign':
      return [`assign ${printExpression(node.target)} = ${printExpression(node.value)};`];
    case 'always-ff':
      return [
        `always_ff @(posedge ${node.clock.name}) begin`,
        ...indented(printStatements(node.body)),
        'end',
      ];
    case 'always-comb':
    case 'initial':
      return [
        `${node.kind === 'initial' ? 'initial' : 'always_comb'} begin`,
        ...indented(printStatements(node.body)),
        'end',
      ];
    case 'instance':
      return printInstance(node);
    case 'generate-for': {
      const { name } = node.variable;
      return [
        `for (genvar ${name} = 0; ${name} < ${node.count}; ${name} = ${name} + 1) begin : ${node.label}`,
        ...indented(printItems(node.body)),
        'end',
      ];
    }
    case 'lint-off':
      return [
        `// verilator lint_off ${node.rule}`,
        `// ${node.reason}`,
        ...printItems(node.body),
        `// verilator lint_on ${node.rule}`,
      ];
    case 'comment':
      return node.lines.map((line) => `// ${line}`.trimEnd());
    default:
      return node satisfies never;
  }
}

/** Kinds that stand close together; others are set apart by an empty line. */
const CLOSE: ReadonlySet<Item['kind']> = new Set(['net', 'localparam', 'assign']);

function printItems(items: readonly Item[]): string[] {
  return items.flatMap((item, index) => {
    const before = items.slice(0, index).at(-1);
    const apart =
      before !== undefined &&
      before.kind !== 'comment' &&
      !(before.kind === item.kind && CLOSE.has(item.kind));
    return apart ? ['', ...printItem(item)] : printItem(item);
  });
}

/** A module as text: its comment, header, aligned ports, items; two spaces a level, one newline at the end. Deterministic. */
export function printModule(module: Module): string {
  const parameters = module.parameters.map(
    ({ of, value }) => `parameter ${declaration(of)} = ${of.bits}'d${value}`,
  );
  const head =
    parameters.length === 0
      ? [`module ${module.name} (`]
      : [
          `module ${module.name} #(`,
          ...indented(parameters.map((text, index) => (index < parameters.length - 1 ? `${text},` : text))),
          ') (',
        ];
  const attributes = attributesOf(module.attributes).trimEnd();
  const lines = [
    ...module.about.map((line) => `// ${line}`.trimEnd()),
    '',
    ...(attributes === '' ? [] : [attributes]),
    ...head,
    ...indented(printPorts(module.ports)),
    ');',
    '',
    ...(module.separate === true
      ? [
          '  /* verilator no_inline_module */ // Many instances: keeps simulators from one huge expression.',
          '',
        ]
      : []),
    ...indented(printItems(module.items)),
    '',
    'endmodule',
  ];
  return `${lines
    .flatMap((line) => line.split('\n'))
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
