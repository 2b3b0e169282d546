import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const react = 'react$|react-dom';
const flagServices = '@launchdarkly/|launchdarkly-|@openfeature/';
const ownFolder = String.raw`\./`;
// Our own entries by the package's name: one React context, also where a bundler serves a prebundled copy beside a raw one.
// What holds or reads the context is imported in no other way outside of src/react: by a path, of src/react there are only types.
const ownEntries = 'react-maintenance-mode($|/)';

/**
 * Who may import what: for each folder, the beginnings of what its files may import. `types` may be imported as types only.
 * `npm run test:unused` looks for cycles.
 */
const layout = [
  { files: 'src/index.ts', may: [String.raw`\./(core|react)/`] },
  { files: 'src/core/**', may: [ownFolder] },
  { files: 'src/react/**', may: [ownFolder, String.raw`(\.\./)+core/`, String.raw`\.\./\w+\.js$`, react] },
  { files: 'src/locales/**', may: [String.raw`\.\./react/messages\.js$`] },
  {
    files: 'src/sources/**',
    ignores: 'src/sources/**/*Provider.tsx',
    may: [ownFolder, String.raw`(\.\./)+core/`, String.raw`\.\./\w+\.js$`],
    types: [flagServices],
  },
  // A provider that finds the flag service's client by itself is a component.
  {
    files: 'src/sources/**/*Provider.tsx',
    may: [ownFolder, String.raw`(\.\./)+core/`, ownEntries, react, flagServices],
    types: [String.raw`(\.\./)+react/`],
  },
  {
    files: 'src/server/**',
    ignores: 'src/server/{node,react}/**',
    may: [ownFolder, String.raw`\.\./core/`],
    types: ['node:'],
  },
  {
    files: 'src/server/node/**',
    may: [ownFolder, String.raw`\.\./\w+\.js$`, String.raw`\.\./\.\./core/`, 'node:'],
  },
  {
    files: 'src/server/react/**',
    may: [ownFolder, String.raw`\.\./\w+\.js$`, String.raw`\.\./\.\./core/`, ownEntries, react],
    types: [String.raw`\.\./\.\./react/`],
  },
  {
    files: 'src/{testing,storybook,devtools}/**',
    may: [
      ownFolder,
      String.raw`\.\./(core|testing|storybook|devtools)/`,
      ownEntries,
      react,
      'storybook/|@storybook/',
    ],
    types: [String.raw`\.\./(react|switch)/`],
  },
  { files: 'src/switch/**', may: [ownFolder] },
  {
    files: 'src/cli/**',
    ignores: 'src/cli/commands/serve.ts',
    may: [
      ownFolder,
      String.raw`\.\./(\w+|(each|switches)/\w+)\.js$`,
      String.raw`(\.\./)+(core|switch)/`,
      String.raw`\.\./\.\./package\.json$`,
      'node:',
      'commander$',
      'log-update$',
    ],
  },
  {
    files: 'src/cli/commands/serve.ts',
    may: [
      ownFolder,
      String.raw`(\.\./)+\w+\.js$`,
      String.raw`\.\./\.\./flag-server/`,
      String.raw`\.\./core/errors\.js$`,
      'node:',
      'commander$',
    ],
  },
  {
    files: 'src/flag-server/**',
    may: [
      ownFolder,
      'node:',
      '@launchdarkly/node-server-sdk',
      'immutable-json-patch$',
      'jsonc-parser$',
      'valibot$',
    ],
  },
];

/** What exists in a browser or in Node only. The core runs in both, and in neither. */
const hostGlobals = [
  ...['window', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage', 'self', 'history'],
  ...['Buffer', 'global', 'globalThis', 'require', 'module', 'setImmediate', '__dirname'],
  ...['requestAnimationFrame', 'HTMLElement', 'XMLHttpRequest', 'matchMedia', 'addEventListener'],
];

/** What a browser also has under `window`. */
const windowGlobals = [
  ...['scrollX', 'scrollY', 'scrollTo', 'scrollBy', 'innerWidth', 'innerHeight', 'getComputedStyle', 'CSS'],
  ...[
    'requestAnimationFrame',
    'cancelAnimationFrame',
    'matchMedia',
    'localStorage',
    'sessionStorage',
    'navigator',
  ],
  ...['location', 'history', 'getSelection', 'visualViewport', 'addEventListener', 'removeEventListener'],
  ...[
    'Element',
    'HTMLElement',
    'Node',
    'ShadowRoot',
    'Event',
    'KeyboardEvent',
    'CustomEvent',
    'DOMRect',
    'Range',
  ],
  ...[
    'HTMLInputElement',
    'HTMLTextAreaElement',
    'HTMLSelectElement',
    'HTMLMediaElement',
    'HTMLIFrameElement',
  ],
  ...[
    'AbortController',
    'MutationObserver',
    'ResizeObserver',
    'IntersectionObserver',
    'NodeFilter',
    'Document',
    'DocumentFragment',
  ],
];

export default tseslint.config(
  {
    ignores: [
      'dist',
      'storybook-static',
      'coverage',
      '.demo',
      'test/compat',
      'test/package/consumer',
      'test/consumers/*/**',
      'examples',
      '**/node_modules',
    ],
  },
  ...tseslint.configs.strict,
  {
    // Its rules compile each file, which takes longer than all other rules: only where people may copy or use a component or a hook.
    ...reactHooks.configs.flat['recommended-latest'],
    files: [
      '{stories,demo,bench}/**',
      'src/{react,sources,storybook,devtools}/**',
      'src/**/*.tsx',
      'test/snippets/**',
    ],
  },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  ...layout.map(({ files, ignores = [], may, types = [] }) => ({
    files: [files],
    ignores: [ignores].flat(),
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(?!${[...may, ...types].join('|')})`,
              message: 'The layout of src forbids this import: see eslint.config.js.',
            },
            ...types.map((start) => ({
              regex: `^(${start})`,
              allowTypeImports: true,
              message: 'Only types of it may be imported here: see eslint.config.js.',
            })),
            {
              regex: String.raw`/index\.js$`,
              message: 'An index.ts is an entry, for users of the package only.',
            },
          ],
        },
      ],
    },
  })),
  {
    // They run in browsers, on servers and in tests at once: nothing in them may outlive who made it.
    files: ['src/**'],
    ignores: ['src/{cli,flag-server}/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind=/let|var/]',
          message: 'No state at module level.',
        },
        {
          // A constant table is typed as one: ReadonlyMap, ReadonlySet.
          selector:
            ':matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation]) > NewExpression[callee.name=/^(Weak)?(Map|Set)$/]',
          message: 'No state at module level; type a constant table as ReadonlyMap or ReadonlySet.',
        },
      ],
    },
  },
  {
    files: ['src/core/**'],
    rules: { 'no-restricted-globals': ['error', ...hostGlobals] },
  },
  {
    // Where only `window` and `document` were put into the global scope, a bare name throws: say window.scrollY.
    files: ['src/{react,devtools}/**'],
    rules: { 'no-restricted-globals': ['error', ...windowGlobals] },
  },
);
