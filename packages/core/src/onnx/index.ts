export { OnnxGraphBuilder, type Attribute, type ElementType } from './builder.ts';
