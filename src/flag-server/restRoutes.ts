import type { AuditLog } from './createAuditLog.js';
import type { FlagState } from './createFlagState.js';
import type { Exchange, Reply, RouteGroup } from './createHttpHandler.js';
import { createPatchRoute } from './createPatchRoute.js';
import { HttpProblem } from './HttpProblem.js';
import { ENVIRONMENT, linkTo, PROJECT, representFlag } from './representFlag.js';
import { checkNames, unknownFlag } from './restNames.js';

const DEFAULT_AUDIT_ENTRIES = 10;
const MAX_AUDIT_ENTRIES = 20;

/** The part of LaunchDarkly's REST API that reads, changes and evaluates flags, for one project and one environment. */
export function restRoutes(state: FlagState, auditLog: AuditLog): RouteGroup {
  return {
    prefixes: ['/api/'],
    needsToken: true,
    cors: {
      methods: 'GET, POST, PATCH, OPTIONS',
      headers: 'accept, authorization, content-type, ld-api-version',
    },
    routes: [
      { method: 'GET', path: '/api/v2/flags/:project', handle: listFlags },
      { method: 'GET', path: '/api/v2/flags/:project/:flag', handle: readFlag },
      createPatchRoute(state, auditLog),
      {
        method: 'POST',
        path: '/api/v2/projects/:project/environments/:environment/flags/evaluate',
        handle: evaluate,
      },
      { method: 'GET', path: '/api/v2/auditlog', handle: readAuditLog },
      { method: 'GET', path: '/api/v2/projects/:project/environments', handle: listEnvironments },
      { method: 'GET', path: '/api/v2/projects/:project/environments/:environment', handle: readEnvironment },
    ],
  };

  async function listFlags({ param, query }: Exchange): Promise<Reply> {
    checkNames(param('project'), query.getAll('env'));
    const flags = [...state.edition.data.flags.values()];
    const [limit, offset] = [parseNumber(query, 'limit') ?? Infinity, parseNumber(query, 'offset') ?? 0];
    const items = flags.slice(offset, offset + limit).map((flag) => representFlag(flag, state.times));
    const _links = { self: linkTo(`/api/v2/flags/${PROJECT}`) };
    return { status: 200, body: { items, totalCount: flags.length, _links } };
  }

  async function readFlag({ param, query }: Exchange): Promise<Reply> {
    checkNames(param('project'), query.getAll('env'));
    const flag = state.edition.data.flags.get(param('flag'));
    if (!flag) throw unknownFlag(param('flag'));
    return { status: 200, body: representFlag(flag, state.times) };
  }

  async function evaluate({ param, query, json }: Exchange): Promise<Reply> {
    checkNames(param('project'), [param('environment')]);
    const wanted = parseFilter(query.get('filter'));
    const context = await json();
    const { data, evaluate: evaluateAll } = state.edition;
    const evaluations = await evaluateAll(context, { clientSideOnly: false, withReasons: true });
    if (!evaluations) throw new HttpProblem('invalid_request', 'The body is not a valid context');
    const items = [...evaluations]
      .map(([key, { value, reason }]) => ({
        name: data.flags.get(key)?.name ?? key,
        key,
        _value: value,
        reason,
      }))
      .filter(({ name, key }) => `${name}\n${key}`.toLowerCase().includes(wanted));
    return { status: 200, body: { items, totalCount: items.length } };
  }

  async function readAuditLog({ query }: Exchange): Promise<Reply> {
    const limit = parseNumber(query, 'limit') ?? DEFAULT_AUDIT_ENTRIES;
    if (limit < 1 || limit > MAX_AUDIT_ENTRIES) {
      throw new HttpProblem('invalid_request', `"limit" must be from 1 to ${MAX_AUDIT_ENTRIES}`);
    }
    const [before, after] = [parseNumber(query, 'before'), parseNumber(query, 'after')];
    const items = auditLog.find({ spec: query.get('spec') ?? undefined, before, after, limit });
    const _links = { self: linkTo('/api/v2/auditlog') };
    return { status: 200, body: { items, totalCount: items.length, _links } };
  }

  async function listEnvironments({ param }: Exchange): Promise<Reply> {
    checkNames(param('project'), []);
    const _links = { self: linkTo(`/api/v2/projects/${PROJECT}/environments`) };
    return { status: 200, body: { items: [representEnvironment()], totalCount: 1, _links } };
  }

  async function readEnvironment({ param }: Exchange): Promise<Reply> {
    checkNames(param('project'), [param('environment')]);
    return { status: 200, body: representEnvironment() };
  }
}

/** The one environment. Its keys are what a client may be given; any are taken. */
function representEnvironment(): Record<string, unknown> {
  return {
    _id: ENVIRONMENT,
    key: ENVIRONMENT,
    name: ENVIRONMENT,
    apiKey: ENVIRONMENT,
    mobileKey: ENVIRONMENT,
    color: '808080',
    defaultTtl: 0,
    secureMode: false,
    defaultTrackEvents: false,
    requireComments: false,
    confirmChanges: false,
    critical: false,
    tags: [],
    _links: { self: linkTo(`/api/v2/projects/${PROJECT}/environments/${ENVIRONMENT}`) },
  };
}

function parseFilter(filter: string | null): string {
  if (filter === null || filter === '') return '';
  const wanted = /^query equals (?:"(.*)"|(.*))$/.exec(filter);
  if (!wanted) throw new HttpProblem('invalid_request', 'The only filter known here is: query equals KEY');
  return (wanted[1] ?? wanted[2] ?? '').toLowerCase();
}

function parseNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpProblem('invalid_request', `"${name}" must be a whole number`);
}
