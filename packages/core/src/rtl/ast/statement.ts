import type { Expression, Literal, Target } from './expression.ts';

/** Statements inside always_ff, always_comb and initial blocks. */

/** `target = value` (blocking) or `target <= value`. */
export interface ProceduralAssign {
  readonly kind: 'procedural-assign';
  readonly blocking: boolean;
  readonly target: Target;
  readonly value: Expression;
}

export interface If {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly then: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

export interface Arm {
  readonly values: readonly Literal[];
  readonly body: readonly Statement[];
}

/** A case always has a default, so that it never makes a latch. */
export interface Case {
  readonly kind: 'case';
  readonly subject: Expression;
  readonly arms: readonly Arm[];
  readonly otherwise: readonly Statement[];
}

/** Immediate assertion or assumption, for formal tools. */
export interface Assertion {
  readonly kind: 'assertion';
  readonly verb: 'assert' | 'assume' | 'cover';
  readonly label: string;
  readonly condition: Expression;
}

export interface Comment {
  readonly kind: 'comment';
  readonly lines: readonly string[];
}

export type Statement = ProceduralAssign | If | Case | Assertion | Comment;
