export * from './build.ts';
export * from './expression.ts';
export type * from './module.ts';
export type * from './statement.ts';
export { verifyModule } from './verify.ts';
