import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// It checks every request and answer against LaunchDarkly's published schema.
import { LaunchDarkly } from '../compat/launchdarkly-rest/node_modules/@launchdarkly/mcp-server/dist/esm/index.js';
import { shopFlags } from './flagData.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

const flags = {
  ...shopFlags(),
  segments: {
    beta: { key: 'beta', version: 1, included: ['bob'], excluded: [], rules: [] },
  },
};
/** What the evaluator takes and the schema of the REST API wants more of. */
const sparse = {
  key: 'sparse',
  on: true,
  variations: [true, false],
  offVariation: null,
  targets: null,
  fallthrough: { variation: null, rollout: { variations: [{ variation: 0, weight: 100_000 }] } },
  rules: [{ variation: 0, clauses: [{ op: 'segmentMatch', values: ['beta'] }] }],
  clientSideAvailability: { usingEnvironmentId: true },
};

let server: TestFlagServer;
let client: LaunchDarkly;

beforeEach(async () => {
  server = await startFlagServer({ ...flags, flags: { ...flags.flags, sparse } }, { token: 'secret' });
  client = new LaunchDarkly({ apiKey: 'secret', serverURL: server.url });
});

afterEach(() => server.remove());

const project = { projectKey: 'default' };

describe("LaunchDarkly's own REST client", () => {
  it('reads the list of flags', async () => {
    const { items, totalCount } = await client.featureFlags.list({ ...project, limit: 3, offset: 1 });

    expect([items.length, totalCount]).toEqual([3, 7]);
  });

  it.each(['search', 'checkout', 'internal', 'comments', 'greeting', 'sparse'])(
    'takes the flag %s',
    async (featureFlagKey) => {
      const flag = await client.featureFlags.get({ ...project, featureFlagKey, env: 'local' });

      expect(flag.key).toBe(featureFlagKey);
      expect(flag.environments?.['local']?.on).toBeTypeOf('boolean');
    },
  );

  it('reads the environments', async () => {
    const { items } = await client.environments.listByProject(project);

    expect(items.map(({ key }) => key)).toEqual(['local']);
  });

  it('changes a flag with a JSON Patch, and finds the change in the audit log', async () => {
    const patched = await client.featureFlags.patch({
      ...project,
      featureFlagKey: 'site',
      patchWithComment: {
        patch: [
          { op: 'test', path: '/environments/local/on', value: false },
          { op: 'replace', path: '/environments/local/on', value: true },
          { op: 'add', path: '/environments/local/targets/-', value: { variation: 0, values: ['bob'] } },
          { op: 'replace', path: '/description', value: 'The whole site' },
        ],
        comment: 'migration 42',
      },
    });
    const { items } = await client.auditLog.listEntries({ spec: 'proj/default:env/local:flag/site' });

    expect(patched).toMatchObject({ description: 'The whole site', version: 4 });
    expect(patched.environments?.['local']).toMatchObject({
      on: true,
      targets: [{ variation: 0, values: ['bob'], contextKind: 'user' }],
    });
    expect(items).toMatchObject([{ comment: 'migration 42', name: 'site' }]);
    expect((await server.saved()).flags?.['site']).toMatchObject({ on: true, version: 4 });
  });

  it.each([
    [
      'an unknown field',
      [{ op: 'replace', path: '/environments/local/nothing/deep', value: 1 }],
      /nothing at/,
    ],
    [
      'an invalid value',
      [{ op: 'replace', path: '/environments/local/on', value: 'yes' }],
      /flag is not valid: "on"/,
    ],
    [
      'a target without a variation',
      [{ op: 'add', path: '/environments/local/targets/0', value: { variation: 9, values: [] } }],
      /variation/,
    ],
    ['a removal of the environment', [{ op: 'remove', path: '/environments/local' }], /environment "local"/],
    ['a test that fails', [{ op: 'test', path: '/environments/local/on', value: true }], /cannot be applied/],
    ['a path into the prototype', [{ op: 'add', path: '/__proto__/polluted', value: 1 }], /"path"/],
    ['no operation', [], /at least one/],
    ['an unknown operation', [{ op: 'increment', path: '/x', value: 1 }], /"op" \(add/],
    ['an invalid path', [{ op: 'remove', path: 'environments/local/on' }], /"path"/],
  ])('cannot apply a patch with %s, and nothing changes', async (_what, patch, message) => {
    const before = await server.saved();

    const change = client.featureFlags.patch({
      ...project,
      featureFlagKey: 'site',
      patchWithComment: { patch },
    });

    await expect(change).rejects.toThrow(message);
    expect(await server.saved()).toEqual(before);
    expect('polluted' in {}).toBe(false);
  });

  it('gets the status of a refusal', async () => {
    const unknown = client.featureFlags.get({ ...project, featureFlagKey: 'none' });
    const stranger = new LaunchDarkly({ apiKey: 'other', serverURL: server.url });

    await expect(unknown).rejects.toMatchObject({ statusCode: 404 });
    await expect(stranger.featureFlags.list(project)).rejects.toMatchObject({ statusCode: 401 });
  });
});
