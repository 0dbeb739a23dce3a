import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const forbid = (...patterns) => ['error', { patterns }];
const SVELTE = {
  regex: '^svelte(/|$)|\\.svelte(\\.ts)?$',
  message: 'The core knows no page: it runs in a worker, in the page and in Node alike.',
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'public/', 'coverage/', '.cache/', 'src/core/4-index/kernel/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], parser: ts.parser },
    },
    rules: {
      // The compiler knows the globals of each folder; this rule only knows one list for all.
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An empty function is a plain way to say "nothing to do here".
      '@typescript-eslint/no-empty-function': 'off',
      // Foreign text is cleaned of control characters by naming them.
      'no-control-regex': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      // Parsed documents are foreign text: they are never rendered as live HTML.
      'svelte/no-at-html-tags': 'error',
      // A Map that nothing renders from is cheaper as it is, and says so by not being a SvelteMap.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // Rules that need types, where a forgotten promise loses a person's data.
    files: ['src/**/*.ts', 'workers/**/*.ts', 'scripts/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    // A worker of a test is its entry, as those in workers/ are the app's.
    ignores: ['**/*.test.ts', '**/*.contract.ts', 'src/core/fixtures/*.worker.ts'],
    rules: {
      'no-restricted-imports': forbid(SVELTE, {
        regex: '/(app|rpc|eval|bench|headless|offline)/',
        message: 'The core depends on nothing outside src/core.',
      }),
    },
  },
  {
    files: ['src/rpc/**/*.ts'],
    rules: {
      'no-restricted-imports': forbid(SVELTE, {
        regex: '/(app|eval|bench|headless)/',
        message: 'The worker boundary knows the services, not who calls them.',
      }),
    },
  },
  {
    files: ['src/app/**/*.ts', 'src/app/**/*.svelte', 'src/main.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      // First load stays small (60 kB): adapters and their libraries live in the workers.
      '@typescript-eslint/no-restricted-imports': forbid({
        regex:
          '/core/(?!(types|service|errors|registry|litter)\\.ts$)(?!.*/(registry|models|written-sentences|ollama-names|device-facts|recommend|page-unit|pdf-items|pdf-layout)\\.ts$)',
        allowTypeImports: true,
        message:
          'The page imports types, services, errors, registries, catalogues, names, facts of the device, the reading of written text and of PDF pages from the core, no adapters.',
      }),
    },
  },
  {
    // Where it is wrong the test fails, as it should.
    files: ['**/*.test.ts', '**/*.contract.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // Commands speak through the console.
    files: [
      'scripts/**/*.ts',
      'src/headless/**/*.ts',
      'src/eval/**/*.ts',
      'src/fuzz/**/*.ts',
      'src/bench/**/*.ts',
      'e2e/global-setup.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['*.js'],
    ...ts.configs.disableTypeChecked,
  },
);
