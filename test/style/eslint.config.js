import tseslint from 'typescript-eslint';

/** The style of the code, as far as a machine can hold it. The reasons are in README.md. */
export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '**/*.js', '**/*.cjs', 'test/fixtures/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: './tsconfig.json',
        tsconfigRootDir: new URL('../..', import.meta.url).pathname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off', // arrows that only call something
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off', // a port in memory answers at once and still promises
      '@typescript-eslint/prefer-promise-reject-errors': 'off', // failures pass through as they came
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'One name for one thing: no default export.',
        },
        { selector: 'TSEnumDeclaration', message: 'A closed union instead of an enum.' },
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read once, in server/config.ts.',
        },
      ],
      'no-console': 'error',
    },
  },
  {
    // Type assertions: only where text becomes a value. Readers of wire formats narrow instead.
    files: ['mappings/**/*.ts', 'sync/engine/**/*.ts', 'sync/ports/**/*.ts'],
    ignores: ['mappings/values.ts', 'mappings/keys.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    },
  },
  {
    // Time and chance are injected; these rooms never ask the machine.
    files: ['mappings/**/*.ts', 'sync/**/*.ts', 'db/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'setInterval', message: 'Use the Clock port.' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read once, in server/config.ts.',
        },
        { object: 'Date', property: 'now', message: 'Use the Clock port.' },
        { object: 'Math', property: 'random', message: 'Use the Chance port.' },
      ],
    },
  },
  {
    // The edge of the process: settings are read and texts for people are printed here.
    files: ['server/config.ts', 'server/main.ts', 'server/cli/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
);
