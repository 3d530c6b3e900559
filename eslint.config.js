import tseslint from 'typescript-eslint';

/**
 * Which folder of packages/core/src may import which (ARCHITECTURE.md, "Which way imports point").
 * A folder always may import itself. `typesOnly`: folders whose types may be imported, never code.
 */
const MAY_IMPORT = {
  units: { code: [] },
  diagnostics: { code: [] },
  network: { code: ['diagnostics'] },
  model: { code: ['network', 'diagnostics'] },
  onnx: { code: ['diagnostics'] },
  frontend: { code: ['onnx', 'model', 'network', 'diagnostics'] },
  preprocess: { code: ['diagnostics'] },
  export: { code: ['onnx', 'model', 'network', 'diagnostics'] },
  calibrate: { code: ['model', 'network', 'train', 'diagnostics'] },
  train: { code: ['model', 'network', 'onnx', 'diagnostics'] },
  inference: { code: ['model', 'network', 'onnx', 'diagnostics'] },
  reconstruct: { code: ['model', 'network', 'train', 'onnx', 'diagnostics'] },
  quantize: { code: ['model', 'network', 'diagnostics'] },
  execute: { code: ['network', 'diagnostics'] },
  kernels: { code: ['network', 'diagnostics'], typesOnly: ['execute'] },
  chip: { code: ['units', 'diagnostics', 'network'], typesOnly: ['counting'] },
  counting: { code: ['units', 'diagnostics', 'network'], typesOnly: ['chip', 'execute'] },
  macro: { code: ['chip', 'network', 'counting', 'diagnostics'] },
  rtl: { code: ['chip', 'units', 'diagnostics'] },
  mapping: { code: ['chip', 'network', 'units', 'diagnostics'], typesOnly: ['energy'] },
  interchange: { code: ['mapping', 'chip', 'network', 'diagnostics'] },
  energy: { code: ['chip', 'units', 'diagnostics'] },
  compare: { code: ['chip', 'counting', 'energy', 'report', 'units', 'diagnostics'] },
  report: {
    code: ['units', 'diagnostics', 'mapping'],
    typesOnly: ['network', 'chip', 'counting', 'energy', 'execute', 'interchange'],
  },
  presets: { code: ['chip', 'energy', 'mapping', 'diagnostics'] },
  testing: { code: ['network', 'model', 'diagnostics', 'execute'] },
};

/** Tests and what only they use may import what they test with. */
const TESTS = ['**/*.test.ts', '**/*.test-support.ts'];
const CORE = 'packages/core/src';
const PLACE = '(ARCHITECTURE.md, "Which way imports point")';

/**
 * What the files of one folder may not import, as patterns on import paths: inside core another
 * folder is always written `../folder/...`.
 */
function restrictions(folder) {
  const { code, typesOnly = [] } = MAY_IMPORT[folder];
  return Object.keys(MAY_IMPORT)
    .filter((other) => other !== folder && !code.includes(other))
    .map((other) => {
      const allowTypeImports = typesOnly.includes(other);
      const message = allowTypeImports
        ? `${folder} may import only types from ${other} ${PLACE}.`
        : `${folder} may not import ${other} ${PLACE}.`;
      return { regex: `^(\\.\\./)+${other}/`, allowTypeImports, message };
    });
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/*.gen.ts',
      'docs/api/**',
      'out/**',
      'packages/core/src/kernels/assembly/**',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Index access into typed arrays and checked records is the daily bread of numeric code.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 450, skipBlankLines: false, skipComments: false }],
    },
  },
  {
    files: [`${CORE}/**/*.ts`],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^node:', message: 'core is pure: it runs in the browser too.' }] },
      ],
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'window', 'document', 'fetch', '__dirname', 'require'].map((name) => ({
          name,
          message: 'core is pure: no Node, no DOM, no I/O.',
        })),
      ],
    },
  },
  ...Object.keys(MAY_IMPORT).map((folder) => ({
    files: [`${CORE}/${folder}/**/*.ts`],
    ignores: TESTS,
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: restrictions(folder) }],
    },
  })),
  {
    files: ['packages/cli/**/*.ts', 'examples/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: 'core/src', message: 'The CLI and the examples use the public index of @tally/core.' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
);
