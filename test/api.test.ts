import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Everything that the package offers, by entry. A change here is a change for those who use it, and belongs in CHANGELOG.md. */
const api: Record<string, { values: string[]; types: string[] }> = {
  '.': {
    values: [
      'MaintenanceBanner',
      'MaintenanceGate',
      'MaintenancePage',
      'MaintenanceProvider',
      'defineFeatures',
      'interpretFlag',
      'takeSnapshot',
      'useGate',
      'useGatedCallback',
      'useMaintenance',
      'useMaintenanceStore',
      'useSourceStatus',
    ],
    types: [
      'Announcements',
      'ClosedBehavior',
      'DismissalStorage',
      'Feature',
      'FeatureDefinition',
      'FeatureKey',
      'Features',
      'FlagProblem',
      'FlagSource',
      'GateState',
      'GatedCallbackOptions',
      'GatedCallbackState',
      'LocalizedText',
      'Maintenance',
      'MaintenanceBannerProps',
      'MaintenanceChange',
      'MaintenanceError',
      'MaintenanceErrorCode',
      'MaintenanceGateProps',
      'MaintenancePageProps',
      'MaintenanceProviderProps',
      'MaintenanceStore',
      'MaintenanceWindow',
      'Message',
      'Messages',
      'Mode',
      'Notice',
      'NoticeLink',
      'NoticeSlot',
      'NoticeSlots',
      'Phase',
      'Register',
      'Snapshot',
      'SnapshotInput',
      'SourceStatus',
    ],
  },
  './core': {
    values: ['createMaintenanceStore', 'defineFeatures', 'interpretFlag', 'memorySource', 'takeSnapshot'],
    types: [
      'Feature',
      'FeatureDefinition',
      'Features',
      'FlagProblem',
      'FlagSource',
      'InterpretedFeature',
      'LocalizedText',
      'Maintenance',
      'MaintenanceChange',
      'MaintenanceError',
      'MaintenanceErrorCode',
      'MaintenanceStore',
      'MaintenanceStoreOptions',
      'MaintenanceWindow',
      'MemorySource',
      'Mode',
      'Notice',
      'NoticeLink',
      'Phase',
      'Snapshot',
      'SnapshotInput',
      'SourceStatus',
    ],
  },
  './launchdarkly': {
    values: ['LaunchDarklyMaintenanceProvider', 'launchDarklySource'],
    types: ['LaunchDarklyClient', 'LaunchDarklyMaintenanceProviderProps'],
  },
  './launchdarkly/source': { values: ['launchDarklySource'], types: ['LaunchDarklyClient'] },
  './http': {
    values: ['eventStreamSource', 'pollingSource'],
    types: ['EventStreamSourceOptions', 'PollingSourceOptions', 'RefreshableSource'],
  },
  './openfeature': { values: ['openFeatureSource'], types: ['OpenFeatureClient'] },
  './persisted': { values: ['persistedSource'], types: ['PersistedSourceOptions'] },
  './testing': {
    values: [
      'MaintenanceTestProvider',
      'createTestSource',
      'flagSourceContract',
      'flagSwitchContract',
      'memoryStorage',
    ],
    types: [
      'ContractCheck',
      'MaintenanceTestProviderProps',
      'SourceUnderTest',
      'SwitchUnderTest',
      'TestSource',
    ],
  },
  './devtools': {
    values: ['MaintenanceDevtools', 'createDevtools'],
    types: ['Devtools', 'DevtoolsControls', 'DevtoolsFeature', 'FlagAnswer', 'MaintenanceDevtoolsProps'],
  },
  './devtools/production': {
    values: ['MaintenanceDevtools', 'createDevtools'],
    types: ['Devtools', 'DevtoolsControls', 'DevtoolsFeature', 'FlagAnswer', 'MaintenanceDevtoolsProps'],
  },
  './storybook': {
    values: ['StoryMaintenance', 'useStoryMaintenance'],
    types: ['MaintenanceGlobals', 'MaintenanceParameters'],
  },
  './storybook/preview': {
    values: ['beforeEach', 'decorators', 'globalTypes', 'initialGlobals'],
    types: [],
  },
  './switch': {
    values: ['SwitchError'],
    types: [
      'AuditEntry',
      'CreateSwitch',
      'FlagChange',
      'FlagSwitch',
      'SwitchCapabilities',
      'SwitchContext',
      'SwitchFailure',
      'SwitchState',
    ],
  },
  './storybook/manager': { values: [], types: [] },
  './locales/ar': { values: ['ar'], types: [] },
  './locales/de': { values: ['de'], types: [] },
  './locales/es': { values: ['es'], types: [] },
  './locales/fr': { values: ['fr'], types: [] },
  './locales/he': { values: ['he'], types: [] },
  './locales/ja': { values: ['ja'], types: [] },
  './locales/pt-BR': { values: ['ptBR'], types: [] },
  './locales/zh-Hans': { values: ['zhHans'], types: [] },
  './server': {
    values: [
      'cachedFlags',
      'createMaintenanceHandler',
      'createRules',
      'decide',
      'defaultAllowedPaths',
      'defineFeatures',
      'englishRefusal',
      'flagStream',
      'launchDarklyFlags',
      'maintenanceProblemType',
      'openFeatureFlags',
      'readStates',
      'respond',
      'serializeSnapshot',
      'takeSnapshot',
    ],
    types: [
      'AllowOptions',
      'BypassOptions',
      'CachedFlagsOptions',
      'CorsOptions',
      'Decision',
      'Feature',
      'FeatureDefinition',
      'Features',
      'FlagProblem',
      'FlagStream',
      'FlagStreamOptions',
      'LaunchDarklyServerClient',
      'Maintenance',
      'MaintenanceAnswer',
      'MaintenanceError',
      'MaintenanceErrorCode',
      'MaintenanceHandler',
      'MaintenanceHandlerOptions',
      'MaintenancePass',
      'MaintenanceProblem',
      'Mode',
      'Notice',
      'NoticeLink',
      'OpenFeatureServerClient',
      'OwnPageContent',
      'Pass',
      'Phase',
      'ReadFeatures',
      'ReadFlags',
      'ReadsOnly',
      'RefusalMessages',
      'RefusalOptions',
      'RefusalPageContent',
      'RequestBody',
      'RequestContext',
      'RequestFacts',
      'RequestReads',
      'RequestRoutes',
      'RequestTarget',
      'RespondOptions',
      'RetryAfterOptions',
      'RuleOptions',
      'Rules',
      'Snapshot',
      'SnapshotInput',
      'States',
    ],
  },
  './server/locales': { values: ['refusalLocales'], types: [] },
  './server/node': { values: ['maintenanceMiddleware'], types: ['MaintenanceMiddleware'] },
  './server/react': { values: ['ServerMaintenanceGate'], types: ['ServerMaintenanceGateProps'] },
  './fetch': { values: ['maintenanceFetch'], types: ['FetchRoutes', 'MaintenanceFetchOptions'] },
};

const root = join(import.meta.dirname, '..');
const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  exports: Record<string, string | Record<string, string>>;
};
const sourceCondition = 'react-maintenance-mode-source';
const modules = Object.keys(exports).filter((entry) => !/\.(css|json)$/.test(entry));

function sourceOf(entry: string): string {
  const target = exports[entry];
  return typeof target === 'object' ? join(root, target[sourceCondition] ?? '') : '';
}

/** The names that an entry exports. A type is always marked as one, since the compiler reads each file alone. */
function readExports(path: string): { values: string[]; types: string[] } {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const values: string[] = [];
  const types: string[] = [];
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) {
      if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) throw new Error(path);
      for (const { name, isTypeOnly } of statement.exportClause.elements) {
        (statement.isTypeOnly || isTypeOnly ? types : values).push(name.text);
      }
    } else if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport)) {
      if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
        types.push(statement.name.text);
      } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
        values.push(statement.name?.text ?? 'default');
      } else if (ts.isVariableStatement(statement)) {
        values.push(...statement.declarationList.declarations.map(({ name }) => name.getText(file)));
      } else throw new Error(`${path} exports something of a new kind.`);
    }
  }
  // A function with overloads is declared several times.
  return { values: [...new Set(values)].sort(), types: types.sort() };
}

function isExport({ kind }: ts.Modifier): boolean {
  return kind === ts.SyntaxKind.ExportKeyword;
}

describe('the exports of the package', () => {
  it('match the list', () => {
    expect(Object.fromEntries(modules.map((entry) => [entry, readExports(sourceOf(entry))]))).toEqual(api);
  });

  // The manager's needs the document of Storybook, where test/consumers/storybookAddon.test.ts runs it.
  it.each(modules.filter((entry) => entry !== './storybook/manager'))(
    'are there when %s runs',
    async (entry) => {
      const module = (await import(/* @vite-ignore */ join(name, entry))) as object;

      expect(Object.keys(module).sort()).toEqual(api[entry]?.values);
    },
  );

  it.each(Object.keys(exports))('of %s come from a file of src', (entry) => {
    const target = exports[entry];
    const built = typeof target === 'object' ? (target['default'] ?? '') : (target ?? '');
    const source = built.replace(/^\.\/dist\//, './src/');

    const candidates = [source, source.replace(/\.js$/, '.ts'), source.replace(/\.js$/, '.tsx')];
    const file = candidates.find((candidate) => existsSync(join(root, candidate)));
    expect(file).toBeDefined();
    if (typeof target !== 'object') return;
    expect(target[sourceCondition]).toBe(file);
    expect(target['types'] ?? built.replace(/\.js$/, '.d.ts')).toBe(
      built.replace(/\.js$/, '').concat('.d.ts'),
    );
  });
});
