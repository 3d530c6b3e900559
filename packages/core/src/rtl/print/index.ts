export { printExpression } from './expression.ts';
export { printModule } from './module.ts';
export { printStatements } from './statement.ts';
