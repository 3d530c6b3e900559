/**
 * Writes FEATURES.md from the registry of operators.
 *
 *   npm run build:features
 */
import { writeFileSync } from 'node:fs';
import { featuresMarkdown } from '../packages/core/src/frontend/onnx/features.ts';
import { operators } from '../packages/core/src/frontend/onnx/registry.ts';

writeFileSync(new URL('../FEATURES.md', import.meta.url), featuresMarkdown(operators));
