import { applyJsonPatch, parseJsonPatch } from './applyJsonPatch.js';
import { applySemanticPatch, parseInstructions, titleOfPatch } from './applySemanticPatch.js';
import { FlagFileEdited } from './createFlagFile.js';
import type { FlagState } from './createFlagState.js';
import { type Exchange, type Reply, type Route, type RouteGroup, HttpProblem } from './createHttpHandler.js';
import { type FlagConfig, isRecord } from './FlagConfig.js';
import type { FlagData } from './parseFlagFile.js';
import { ENVIRONMENT, linkTo, PROJECT, representFlag, type Link } from './representFlag.js';

const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';
const DEFAULT_AUDIT_ENTRIES = 10;
const MAX_AUDIT_ENTRIES = 20;

/** The part of LaunchDarkly's REST API that reads, changes and evaluates flags. There is one project and one environment. */
export function restRoutes(state: FlagState): RouteGroup {
  const auditLog = createAuditLog();
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
    const flags = [...state.current.data.flags.values()];
    const [limit, offset] = [parseNumber(query, 'limit') ?? Infinity, parseNumber(query, 'offset') ?? 0];
    const items = flags.slice(offset, offset + limit).map((flag) => representFlag(flag, state.times));
    const _links = { self: linkTo(`/api/v2/flags/${PROJECT}`) };
    return { status: 200, body: { items, totalCount: flags.length, _links } };
  }

  async function readFlag({ param, query }: Exchange): Promise<Reply> {
    checkNames(param('project'), query.getAll('env'));
    const flag = state.current.data.flags.get(param('flag'));
    if (!flag) throw unknownFlag(param('flag'));
    return { status: 200, body: representFlag(flag, state.times) };
  }

  async function evaluate({ param, query, json }: Exchange): Promise<Reply> {
    checkNames(param('project'), [param('environment')]);
    const wanted = parseFilter(query.get('filter'));
    const context = await json();
    const { data, evaluate: evaluateAll } = state.current;
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

/** The only environment. Its keys are examples: clients may use any key. */
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
  if (!wanted)
    throw new HttpProblem('invalid_request', 'This server only knows the filter: query equals KEY');
  return (wanted[1] ?? wanted[2] ?? '').toLowerCase();
}

function parseNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpProblem('invalid_request', `"${name}" must be a whole number`);
}

/** The route that changes a flag, by LaunchDarkly's semantic patch or by JSON Patch. */
function createPatchRoute(state: FlagState, auditLog: AuditLog): Route {
  return {
    method: 'PATCH',
    path: '/api/v2/flags/:project/:flag',
    handle: async ({ param, query, request, json }) => {
      checkNames(param('project'), []);
      const key = param('flag');
      if (!state.current.data.flags.has(key)) throw unknownFlag(key);
      const isSemantic = isSemanticPatch(request.headers['content-type']);
      const body = await json();
      const { apply, titleVerb, comment } = isSemantic
        ? parseSemanticPatch(body)
        : parseBodyOfJsonPatch(body);

      if (query.get('dryRun') === 'true') {
        const { data } = state.current;
        return { status: 200, body: representFlag(patchFlag(data, key, apply), state.times) };
      }
      let before: FlagConfig | undefined;
      const flag = await state
        .change(key, (data) => {
          before = data.flags.get(key);
          return patchFlag(data, key, apply);
        })
        .catch(refuseEdited);
      if (flag !== before) {
        const resource = `proj/${PROJECT}:env/${ENVIRONMENT}:flag/${key}`;
        auditLog.add({ name: flag.name ?? key, titleVerb, comment, resource });
      }
      return { status: 200, body: representFlag(flag, state.times) };
    },
  };
}

/** A parsed patch: how it changes a flag, and its text for the audit log. */
interface Patch {
  apply: (flag: FlagConfig) => FlagConfig;
  titleVerb: string;
  comment: string;
}

function isSemanticPatch(contentType = ''): boolean {
  const [type, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type === 'application/json' && parameters.includes('domain-model=launchdarkly.semanticpatch'))
    return true;
  if (type === 'application/json' || type === 'application/json-patch+json') return false;
  throw new HttpProblem(
    'invalid_request',
    `Send Content-Type: ${SEMANTIC_PATCH}, or application/json for a JSON Patch. Found ${contentType || 'none'}`,
  );
}

function parseSemanticPatch(body: unknown): Patch {
  if (!isRecord(body)) throw new HttpProblem('invalid_request', 'Invalid request body: it must be an object');
  const { environmentKey } = body;
  const comment = parseComment(body['comment']);
  const instructions = parseInstructions(body['instructions']);
  if (typeof environmentKey === 'string') {
    checkNames(PROJECT, [environmentKey]);
  } else if (instructions.some(({ kind }) => kind !== 'updateVariation')) {
    throw new HttpProblem(
      'invalid_request',
      '"environmentKey" is missing. These instructions change one environment',
    );
  }
  return {
    apply: (flag) => applySemanticPatch(flag, instructions),
    titleVerb: titleOfPatch(instructions),
    comment,
  };
}

/** The body is a list of operations, or an object with `patch` and `comment`. */
function parseBodyOfJsonPatch(body: unknown): Patch {
  const { patch, comment } = isRecord(body) ? body : { patch: body };
  if (patch === undefined) {
    throw new HttpProblem(
      'invalid_request',
      `A JSON Patch is a list of operations, or an object that has such a list in "patch". For a semantic patch send Content-Type: ${SEMANTIC_PATCH}`,
    );
  }
  const operations = parseJsonPatch(patch);
  return {
    apply: (flag) => applyJsonPatch(flag, operations),
    titleVerb: 'updated the flag',
    comment: parseComment(comment),
  };
}

function parseComment(comment: unknown = ''): string {
  if (typeof comment === 'string') return comment;
  throw new HttpProblem('invalid_request', '"comment" must be a string');
}

function patchFlag({ root, flags }: FlagData, key: string, apply: Patch['apply']): FlagConfig {
  const flag = flags.get(key);
  // An edit of the file may have removed the flag since the request began.
  if (!flag) throw unknownFlag(key);
  const { flagValues } = root;
  if (isRecord(flagValues) && Object.hasOwn(flagValues, key) && typeof flagValues[key] !== 'boolean') {
    throw new HttpProblem(
      'invalid_request',
      `The flag ${key} is a constant in "flagValues". To make it changeable, define it with its variations under "flags" in the flag file`,
    );
  }
  return apply(flag);
}

function refuseEdited(error: unknown): never {
  if (!(error instanceof FlagFileEdited)) throw error;
  throw new HttpProblem(
    'optimistic_locking_error',
    'Conflict: somebody edited the flag file in the meantime. Nothing was changed. Read the flag and try again',
  );
}

/** @throws HttpProblem 404 unless these are the only project and the only environment. */
function checkNames(project: string, environments: readonly string[]): void {
  if (project !== PROJECT) {
    throw new HttpProblem(
      'not_found',
      `There is no project ${JSON.stringify(project)}. This server has one project, "${PROJECT}"`,
    );
  }
  const unknown = environments.find((environment) => environment !== ENVIRONMENT);
  if (unknown === undefined) return;
  throw new HttpProblem(
    'not_found',
    `There is no environment ${JSON.stringify(unknown)}. This server has one environment, "${ENVIRONMENT}"`,
  );
}

function unknownFlag(key: string): HttpProblem {
  return new HttpProblem('not_found', `There is no flag ${JSON.stringify(key)} in the flag file`);
}

/** A change of a flag, in the form of LaunchDarkly's audit log. */
interface AuditLogEntry {
  _id: string;
  /** Epoch milliseconds. */
  date: number;
  kind: 'flag';
  name: string;
  titleVerb: string;
  comment: string;
  description: string;
  shortDescription: string;
  accesses: { action: string; resource: string }[];
  target: { name: string; resources: string[]; _links: Record<string, Link> };
  _accountId: string;
  _links: { self: Link };
}

interface AuditQuery {
  /** A resource such as `proj/default:env/local:flag/search-maintenance`. `*` matches any text. */
  spec?: string | undefined;
  before?: number | undefined;
  after?: number | undefined;
  limit: number;
}

/** The changes that were made through the REST API since the server started. They are kept in memory only. */
interface AuditLog {
  add: (entry: Pick<AuditLogEntry, 'name' | 'titleVerb' | 'comment'> & { resource: string }) => void;
  /** Newest first. */
  find: (query: AuditQuery) => AuditLogEntry[];
}

const MAX_ENTRIES = 1_000;

/** Creates an empty audit log. */
function createAuditLog(): AuditLog {
  const entries: AuditLogEntry[] = [];
  let count = 0;

  return {
    add: ({ name, titleVerb, comment, resource }) => {
      count += 1;
      entries.unshift({
        _id: String(count),
        date: Date.now(),
        kind: 'flag',
        name,
        titleVerb,
        comment,
        description: '',
        shortDescription: '',
        accesses: [{ action: 'updateOn', resource }],
        target: { name, resources: [resource], _links: {} },
        _accountId: 'local',
        _links: { self: linkTo(`/api/v2/auditlog/${count}`) },
      });
      entries.length = Math.min(entries.length, MAX_ENTRIES);
    },
    find: ({ spec, before = Infinity, after = -Infinity, limit }) =>
      entries
        .filter(
          ({ date, target }) => date < before && date > after && matches(spec, target.resources[0] ?? ''),
        )
        .slice(0, limit),
  };
}

function matches(spec: string | undefined, resource: string): boolean {
  if (spec === undefined) return true;
  const [start = '', ...rest] = spec.split('*');
  const end = rest.pop();
  // Without a star, the text is one resource.
  if (end === undefined) return resource === spec;
  if (!resource.startsWith(start)) return false;
  // Match each part as early as possible, so that most text is left for the following parts.
  let at = start.length;
  for (const part of rest) {
    const found = resource.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return resource.length - end.length >= at && resource.endsWith(end);
}
