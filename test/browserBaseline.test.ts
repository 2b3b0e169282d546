import type { CompatData, CompatStatement, Identifier } from '@mdn/browser-compat-data';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
// Not by an import: vite would read all of it as a module.
const { api, javascript, css } = require('@mdn/browser-compat-data') as CompatData;
const { browserslist, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  browserslist: string[];
  exports: Record<string, string | Record<string, string>>;
};

/** What a browser loads: every module that is reached from these entries. */
const entries = Object.entries(exports).flatMap(([entry, target]) =>
  typeof target === 'object' && !/^\.\/(server|storybook)|\.css$/.test(entry)
    ? [join(root, target['react-maintenance-mode-source'] ?? '')]
    : [],
);

/** The oldest version of each browser, by the names that the compatibility data uses. */
const baseline = Object.fromEntries(
  browserslist.map((query) => {
    const [, name = '', version = ''] = /^(\w+) >= ([\d.]+)$/.exec(query) ?? [];
    return [name === 'ios_saf' ? 'safari_ios' : name, version];
  }),
);

/** What is newer than that, and is used only where it is there: the API, where, and why it may be. */
const featureDetected = [
  [
    'ARIAMixin.ariaDescribedByElements',
    'src/react/gate/blockInteraction.ts',
    'looked for with `in`; aria-description otherwise',
  ],
  ['Element.checkVisibility', 'src/react/gate/elements.ts', 'called by ?.(), and only a better answer'],
] as const;

describe('the oldest supported browsers', () => {
  it('have every API that the browser modules use without detecting it', () => {
    const { missing, unknown } = findNewApis(createProgram(entries));

    const used = new Set(missing.map(({ api, file }) => `${api} in ${file}`));
    expect([...used].sort()).toEqual(featureDetected.map(([api, file]) => `${api} in ${file}`).sort());
    expect(unknown).toEqual([]);
  });

  it('are those of the README and of the build target', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const build = readFileSync(join(root, 'tsup.config.ts'), 'utf8');

    const { chrome = '', firefox = '', safari = '' } = baseline;

    expect(readme).toContain(`Chrome and Edge ${chrome}, Firefox ${firefox}, Safari ${safari}`);
    expect(build).toContain(`['chrome${chrome}', 'firefox${firefox}', 'safari${safari}',`);
  });

  it('lack a newer API, however the code refers to it', () => {
    const { missing } = findNewApis(createProgram(['newer.ts'], newer));

    expect(missing.map(({ api, browsers }) => `${api}: ${browsers.join(', ')}`)).toEqual([
      'AbortSignal.any: chrome, edge, firefox, safari, safari_ios',
      'AbortSignal.any: chrome, edge, firefox, safari, safari_ios',
      'Array.toSorted: firefox',
      'HTMLElement.showPopover: chrome, edge, firefox, safari, safari_ios',
      'Document.startViewTransition: firefox, safari, safari_ios',
      'Navigator.userActivation: firefox',
      'URL.canParse: chrome, edge, firefox, safari, safari_ios',
    ]);
  });

  it('do not lack what they have', () => {
    const old = `
      const { signal } = new AbortController();
      AbortSignal.timeout(1).addEventListener('abort', () => structuredClone([1].at(-1)), { signal });
      document.body.replaceChildren(...document.querySelectorAll('p'));
      new Intl.DateTimeFormat('en').formatRange(0, 1);`;

    expect(findNewApis(createProgram(['old.ts'], old))).toEqual({ missing: [], unknown: [] });
  });
});

const newer = `
  AbortSignal.any([]);
  const { any } = AbortSignal;
  [1].toSorted();
  document.body.showPopover?.();
  document.startViewTransition(() => any);
  navigator.userActivation;
  globalThis.URL.canParse('');
`;

/** A program of files, or of one file with this text. */
function createProgram(files: readonly string[], text?: string): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  if (text === undefined) return ts.createProgram(files, options);
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) =>
    name === files[0] ? ts.createSourceFile(name, text, target) : getSourceFile(name, target);
  return ts.createProgram(files, { ...options, types: [] }, host);
}

interface NewApi {
  readonly api: string;
  readonly browsers: readonly string[];
  readonly file: string;
}

function findNewApis(program: ts.Program): { missing: NewApi[]; unknown: string[] } {
  const checker = program.getTypeChecker();
  const missing: NewApi[] = [];
  const unknown: string[] = [];
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || file.fileName.includes('node_modules')) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node)) return;
      const paths = pathsOf(node, checker);
      const compat = paths?.map(lookUp).find(Boolean);
      if (paths && !compat) unknown.push(`${relative(root, file.fileName)}: ${paths[0]}`);
      const browsers = Object.keys(baseline).filter((one) => compat && !isSupported(compat, one));
      if (browsers.length)
        missing.push({ api: paths?.[0] ?? '', browsers, file: relative(root, file.fileName) });
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return { missing, unknown };
}

/** What a node names of the browser or the language: the paths under which the compatibility data may have it. */
function pathsOf(node: ts.Node, checker: ts.TypeChecker): string[] | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const receiver = checker.getTypeAtLocation(node.expression);
    return pathsOfSymbol(checker.getSymbolAtLocation(node.name), checker, receiver);
  }
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const type = checker.getTypeAtLocation(node.parent);
    const name = node.propertyName ?? node.name;
    return ts.isIdentifier(name) ? pathsOfSymbol(type.getProperty(name.text), checker, type) : undefined;
  }
  if (!ts.isIdentifier(node) || ts.isBindingElement(node.parent)) return undefined;
  if (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) return undefined;
  return pathsOfSymbol(checker.getSymbolAtLocation(node), checker);
}

function pathsOfSymbol(
  symbol: ts.Symbol | undefined,
  checker: ts.TypeChecker,
  receiver?: ts.Type,
): string[] | undefined {
  const declaration = symbol?.declarations?.find((one) => isBuiltIn(one.getSourceFile()));
  // Every class has a prototype.
  if (!symbol || !declaration || symbol.name === 'prototype') return undefined;
  const owner = ownerOf(declaration);
  if (owner === undefined) return [symbol.name, `Window.${symbol.name}`];
  // Dictionaries are no objects of the browser: what is passed in or out.
  if (/Options$|Init$|Part$|Result$/.test(owner)) return undefined;
  // The data knows no mixins, and has what is inherited where it belongs; what any iterator has, it has of generators.
  const owners = [owner, ...(receiver ? namesOf(receiver, checker) : [])];
  const inherited = ['Element', 'EventTarget', 'TypedArray', 'Generator', 'console', 'properties'];
  return [...owners, ...inherited].flatMap((name) => [
    `${name}.${symbol.name}`,
    `${name}.${symbol.name}_static`,
  ]);
}

function isBuiltIn({ fileName }: ts.SourceFile): boolean {
  return /\/typescript\/lib\/lib\.[\w.]+\.d\.ts$/.test(fileName);
}

/** The interface or the object that something is declared in; undefined for what is global. */
function ownerOf(declaration: ts.Declaration): string | undefined {
  for (let node: ts.Node = declaration.parent; node && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isInterfaceDeclaration(node) || ts.isVariableDeclaration(node) || ts.isModuleDeclaration(node)) {
      return (
        node.name
          .getText()
          .replace(/Constructor$/, '')
          .replace(/^Readonly(?=Array|Map|Set)/, '')
          // TypeScript's names for what is called and what is made with new.
          .replace(/^(Callable|Newable)Function$/, 'Function')
      );
    }
  }
  return undefined;
}

/** A type and what it extends. */
function namesOf(type: ts.Type, checker: ts.TypeChecker): string[] {
  const parts = type.isUnionOrIntersection() ? type.types : [type];
  return parts.flatMap((part) => {
    const apparent = checker.getApparentType(part);
    const bases = apparent.isClassOrInterface() ? checker.getBaseTypes(apparent) : [];
    return [apparent.symbol?.name ?? '', ...bases.flatMap((base) => namesOf(base, checker))];
  });
}

function lookUp(path: string): CompatStatement | undefined {
  const builtins = javascript.builtins;
  for (const tree of [api, builtins, builtins?.['Intl'], css]) {
    let found: Identifier | undefined = tree as Identifier;
    for (const part of path.split('.')) {
      const key = tree === css ? part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : part;
      found = found && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    if (found?.__compat) return found.__compat;
  }
  return undefined;
}

function isSupported({ support }: CompatStatement, browser: string): boolean {
  // It is a name that the data has: it was read above.
  const statements = [support[browser as keyof typeof support] ?? []].flat();
  const oldest = baseline[browser] ?? '';
  return statements.some(
    ({ version_added: added, version_removed: removed, flags, prefix, alternative_name: other }) =>
      typeof added === 'string' &&
      compareVersions(added.replace('≤', ''), oldest) <= 0 &&
      // One that was replaced since, as by a more complete one.
      (typeof removed !== 'string' || compareVersions(removed, oldest) > 0) &&
      ![flags, prefix, other].some(Boolean),
  );
}

function compareVersions(one: string, other: string): number {
  const [[major = 0, minor = 0] = [], [otherMajor = 0, otherMinor = 0] = []] = [one, other].map((text) =>
    text.split('.').map(Number),
  );
  return major - otherMajor || minor - otherMinor;
}
