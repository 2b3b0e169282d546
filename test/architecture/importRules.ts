/** What the files of a folder may import. */
export interface ImportRule {
  /** The files that it is for, as paths below src; the first rule that fits counts. */
  readonly files: RegExp;
  /** Files below src. Types count like values. */
  readonly own: RegExp;
  /** Files beside src that are no modules, as they are written in the import. */
  readonly data?: RegExp;
  /** Packages, and Node's own modules. */
  readonly packages?: RegExp;
  /** Packages of which only types may be imported. */
  readonly packageTypes?: RegExp;
}

const vendor = /^(@launchdarkly\/|launchdarkly-|@openfeature\/)/;
const reactPackage = /^react(-dom)?(\/|$)/;

/** Which way imports go, folder by folder. */
export const importRules: readonly ImportRule[] = [
  { files: /^index\.ts$/, own: /^(core|react)\// },
  { files: /^core\//, own: /^core\// },
  // A provider that finds the vendor's client by itself is a component.
  {
    files: /^sources\/.*Provider\.tsx$/,
    own: /^(core|react|sources)\//,
    packages: new RegExp(`${reactPackage.source}|${vendor.source}`),
  },
  { files: /^sources\//, own: /^(core|sources)\//, packageTypes: vendor },
  { files: /^react\//, own: /^(core|react)\//, packages: reactPackage },
  { files: /^server\/.*Gate[^/]*$/, own: /^(core|react|server)\//, packages: reactPackage },
  { files: /^server\/node\//, own: /^(core|server)\//, packages: /^node:/ },
  { files: /^server\//, own: /^(core|server)\//, packageTypes: /^node:/ },
  {
    files: /^(testing|storybook|devtools)\//,
    own: /^(core|react|testing|storybook|devtools)\//,
    packages: new RegExp(`${reactPackage.source}|^(storybook|@storybook)\\/`),
  },
  {
    files: /^cli\/serve\.ts$/,
    own: /^(cli\/|flag-server\/|core\/errors\.ts$)/,
    packages: /^(node:|commander$)/,
  },
  {
    files: /^cli\//,
    own: /^(cli\/|core\/errors\.ts$)/,
    packages: /^(node:|(commander|log-update)$)/,
    data: /^\.\.\/\.\.\/package\.json$/,
  },
  {
    files: /^flag-server\//,
    own: /^flag-server\//,
    packages: /^(node:|@launchdarkly\/node-server-sdk(\/|$))/,
  },
];

/** Folders that run in browsers, on servers and in tests at once: nothing in them may outlive who made it. */
export const mayHoldState: RegExp = /^(cli|flag-server)\//;

/** What exists in a browser or in Node only. The core runs in both, and in neither. */
export const foreignGlobals: ReadonlySet<string> = new Set([
  ...['window', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage', 'self', 'history'],
  ...['process', 'Buffer', 'global', 'globalThis', 'require', 'module', 'setImmediate', '__dirname'],
  ...['requestAnimationFrame', 'HTMLElement', 'XMLHttpRequest', 'matchMedia', 'addEventListener'],
]);

/** What exists everywhere but does something: not while a module of the core is loaded. */
export const effectfulGlobals: ReadonlySet<string> = new Set([
  ...['setTimeout', 'setInterval', 'clearTimeout', 'queueMicrotask', 'fetch', 'console', 'Date', 'crypto'],
]);

/** The one file of the core that asks whether this is production, in the words that bundlers replace. */
export const globalsAllowed: Readonly<Record<string, readonly string[]>> = { 'core/errors.ts': ['process'] };
