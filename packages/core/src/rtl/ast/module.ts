import type { ArrayRef, Expression, Genvar, Ref, Target } from './expression.ts';
import type { Comment, Statement } from './statement.ts';

/** `(* name *)` or `(* name = "value" *)`. */
export interface Attribute {
  readonly name: string;
  readonly value?: string;
}

export interface Port {
  readonly kind: 'port';
  readonly direction: 'input' | 'output';
  readonly of: Ref;
  readonly observable: boolean;
}

/** `parameter logic [bits-1:0] name = value`. Ranges are numbers, so a parameter is only used as a value. */
export interface Parameter {
  readonly kind: 'parameter';
  readonly of: Ref;
  readonly value: number;
}

export interface LocalParameter {
  readonly kind: 'localparam';
  readonly of: Ref;
  readonly value: Expression;
}

/** A variable or an array. `observable`: a simulation's driver can read it. */
export interface NetDeclaration {
  readonly kind: 'net';
  readonly of: Ref | ArrayRef;
  readonly attributes: readonly Attribute[];
  readonly observable: boolean;
}

export interface Assign {
  readonly kind: 'assign';
  readonly target: Target;
  readonly value: Expression;
}

/** `always_ff @(posedge clock)`. */
export interface AlwaysFf {
  readonly kind: 'always-ff';
  readonly clock: Ref;
  readonly body: readonly Statement[];
}

export interface AlwaysComb {
  readonly kind: 'always-comb';
  readonly body: readonly Statement[];
}

export interface Initial {
  readonly kind: 'initial';
  readonly body: readonly Statement[];
}

export interface Connection {
  readonly port: string;
  /** Null leaves an output open. */
  readonly value: Expression | null;
}

export interface Instance {
  readonly kind: 'instance';
  readonly module: string;
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly value: number }[];
  readonly connections: readonly Connection[];
  readonly attributes: readonly Attribute[];
}

/** `for (genvar v = 0; v < count; v++) begin : label`. */
export interface GenerateFor {
  readonly kind: 'generate-for';
  readonly variable: Genvar;
  readonly count: number;
  readonly label: string;
  readonly body: readonly Item[];
}

/** A lint rule that is off for the items inside, and why. */
export interface LintOff {
  readonly kind: 'lint-off';
  /** Name of the rule in Verilator, e.g. `UNUSEDSIGNAL`. */
  readonly rule: string;
  readonly reason: string;
  readonly body: readonly Item[];
}

export type Item =
  | LocalParameter
  | NetDeclaration
  | Assign
  | AlwaysFf
  | AlwaysComb
  | Initial
  | Instance
  | GenerateFor
  | LintOff
  | Comment;

/** A module; `about` is printed as a comment in front of it. */
export interface Module {
  readonly kind: 'module';
  readonly name: string;
  readonly about: readonly string[];
  readonly attributes: readonly Attribute[];
  /** Simulators keep it a unit of its own: many instances merged into one expression compile slowly. */
  readonly separate?: boolean;
  readonly parameters: readonly Parameter[];
  readonly ports: readonly Port[];
  readonly items: readonly Item[];
}
