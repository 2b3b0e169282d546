import { posix } from 'node:path';
import {
  effectfulGlobals,
  foreignGlobals,
  globalsAllowed,
  importRules,
  mayHoldState,
  type ImportRule,
} from './importRules.js';
import { readModule, type Module, type ModuleImport } from './readModule.js';

/** What is against the rules in these files, given by their paths below src; one sentence each. */
export function findViolations(files: Readonly<Record<string, string>>): string[] {
  const modules = new Map(Object.entries(files).map(([path, text]) => [path, readModule(path, text)]));
  const graph = new Map<string, string[]>();
  const violations: string[] = [];

  for (const [path, module] of modules) {
    const rule = importRules.find(({ files: covered }) => covered.test(path));
    if (!rule) violations.push(`${path} is in no folder that has a rule.`);
    const targets: string[] = [];
    for (const entry of module.imports) {
      if (rule?.data?.test(entry.specifier)) continue;
      const target = entry.specifier.startsWith('.') ? resolve(path, entry.specifier, modules) : undefined;
      if (target) targets.push(target);
      else if (entry.specifier.startsWith('.')) {
        violations.push(`${path} imports ${entry.specifier}, which names no file.`);
      }
      if (rule) violations.push(...checkImport(path, rule, entry, target));
    }
    graph.set(path, targets);
    violations.push(...checkState(path, module), ...checkGlobals(path, module));
  }
  return [...violations, ...findCycles(graph).map((cycle) => `${cycle.join(' -> ')} is a circle.`)];
}

function resolve(from: string, specifier: string, modules: ReadonlyMap<string, Module>): string | undefined {
  const base = posix.join(posix.dirname(from), specifier);
  if (!base.endsWith('.js')) return undefined;
  return ['.ts', '.tsx'].map((ending) => base.replace(/\.js$/, ending)).find((path) => modules.has(path));
}

function checkImport(
  path: string,
  rule: ImportRule,
  { specifier, typeOnly }: ModuleImport,
  target: string | undefined,
): string[] {
  if (target) {
    if (/(^|\/)index\.ts$/.test(target)) return [`${path} imports ${target}: entries are for outsiders.`];
    return rule.own.test(target) ? [] : [`${path} imports ${target}.`];
  }
  if (specifier.startsWith('.') || rule.packages?.test(specifier)) return [];
  if (!rule.packageTypes?.test(specifier)) return [`${path} imports ${specifier}.`];
  return typeOnly ? [] : [`${path} imports ${specifier}, of which it may import types only.`];
}

function checkState(path: string, { state }: Module): string[] {
  if (mayHoldState.test(path)) return [];
  return state.map((name) => `${path} holds state at module level: ${name}.`);
}

function checkGlobals(path: string, { globals }: Module): string[] {
  if (!path.startsWith('core/')) return [];
  const allowed = globalsAllowed[path] ?? [];
  return globals
    .filter(({ name, atLoad }) => foreignGlobals.has(name) || (atLoad && effectfulGlobals.has(name)))
    .filter(({ name }) => !allowed.includes(name))
    .map(({ name, atLoad }) => `${path} uses ${name}${atLoad ? ' while it loads' : ''}.`);
}

/** Each circle of imports once, as the path around it. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];

  function walk(file: string): void {
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file]);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) walk(target);
    path.pop();
    done.add(file);
  }

  for (const file of graph.keys()) walk(file);
  return cycles;
}
