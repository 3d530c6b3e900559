/**
 * `true` when two types accept exactly the same values (each is assignable to the other). Used as
 * `true satisfies SameType<Schema, Interface>` to hold a schema and its documented interface together.
 */
export type SameType<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
