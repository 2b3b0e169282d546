import { applySemanticPatch, parseInstructions, titleOfPatch } from './applySemanticPatch.js';
import { createAdmission } from './createAdmission.js';
import type { AuditLog } from './createAuditLog.js';
import { FlagFileEdited } from './createFlagFile.js';
import type { FlagState } from './createFlagState.js';
import type { Exchange, Reply, RouteGroup } from './createHttpHandler.js';
import { HttpProblem } from './HttpProblem.js';
import { isRecord } from './isRecord.js';
import { ENVIRONMENT, PROJECT, representFlag } from './representFlag.js';

const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';
const DEFAULT_AUDIT_ENTRIES = 10;
const MAX_AUDIT_ENTRIES = 20;

/** The part of LaunchDarkly's REST API that reads, changes and evaluates flags, for one project and one environment. */
export function restRoutes(state: FlagState, auditLog: AuditLog, token: string | undefined): RouteGroup {
  return {
    prefixes: ['/api/'],
    ...createAdmission(token),
    routes: [
      { method: 'GET', path: '/api/v2/flags/:project', handle: listFlags },
      { method: 'GET', path: '/api/v2/flags/:project/:flag', handle: readFlag },
      { method: 'PATCH', path: '/api/v2/flags/:project/:flag', handle: patchFlag },
      {
        method: 'POST',
        path: '/api/v2/projects/:project/environments/:environment/flags/evaluate',
        handle: evaluate,
      },
      { method: 'GET', path: '/api/v2/auditlog', handle: readAuditLog },
    ],
  };

  async function listFlags(exchange: Exchange): Promise<Reply> {
    checkNames(exchange.param('project'), exchange.query.getAll('env'));
    const items = [...state.edition.data.flags.values()].map(representFlag);
    return { status: 200, body: { items, totalCount: items.length } };
  }

  async function readFlag(exchange: Exchange): Promise<Reply> {
    checkNames(exchange.param('project'), exchange.query.getAll('env'));
    const flag = state.edition.data.flags.get(exchange.param('flag'));
    if (!flag) throw unknownFlag(exchange.param('flag'));
    return { status: 200, body: representFlag(flag) };
  }

  async function patchFlag(exchange: Exchange): Promise<Reply> {
    checkNames(exchange.param('project'), []);
    const key = exchange.param('flag');
    if (!state.edition.data.flags.has(key)) throw unknownFlag(key);
    if (!isSemanticPatch(exchange.request.headers['content-type'])) {
      throw new HttpProblem(
        'invalid_request',
        `Only semantic patches are known here: send Content-Type: ${SEMANTIC_PATCH}`,
      );
    }
    const body = await exchange.json();
    if (!isRecord(body))
      throw new HttpProblem('invalid_request', 'Invalid request body: it must be an object');
    const instructions = parseInstructions(body['instructions']);
    const comment = body['comment'] ?? '';
    if (typeof comment !== 'string') throw new HttpProblem('invalid_request', '"comment" must be a string');
    if (typeof body['environmentKey'] === 'string') checkNames(PROJECT, [body['environmentKey']]);
    else if (instructions.some(({ kind }) => kind !== 'addVariation' && kind !== 'updateVariation')) {
      throw new HttpProblem(
        'invalid_request',
        '"environmentKey" is missing, and these instructions are for one environment',
      );
    }

    if (exchange.query.get('dryRun') === 'true') {
      const { data } = state.edition;
      const flag = data.flags.get(key);
      if (!flag) throw unknownFlag(key);
      refuseConstant(data.root, key);
      return { status: 200, body: representFlag(applySemanticPatch(flag, instructions)) };
    }
    let changed = false;
    const flag = await state
      .change(key, (before, data) => {
        if (!before) throw unknownFlag(key);
        refuseConstant(data.root, key);
        const after = applySemanticPatch(before, instructions);
        changed = after !== before;
        return after;
      })
      .catch(refuseEdited);
    if (changed) {
      auditLog.add({
        name: flag.name ?? key,
        titleVerb: titleOfPatch(instructions),
        comment,
        resource: `proj/${PROJECT}:env/${ENVIRONMENT}:flag/${key}`,
      });
    }
    return { status: 200, body: representFlag(flag) };
  }

  async function evaluate(exchange: Exchange): Promise<Reply> {
    checkNames(exchange.param('project'), [exchange.param('environment')]);
    const { edition } = state;
    const wanted = parseFilter(exchange.query.get('filter'));
    const evaluations = await edition.evaluate(await exchange.json(), {
      clientSideOnly: false,
      withReasons: true,
    });
    if (!evaluations) throw new HttpProblem('invalid_request', 'The body is not a valid context');
    const items = [...evaluations]
      .map(([key, { value, reason }]) => ({
        name: edition.data.flags.get(key)?.name ?? key,
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
    const items = auditLog.find({
      spec: query.get('spec') ?? undefined,
      before: parseNumber(query, 'before'),
      after: parseNumber(query, 'after'),
      limit,
    });
    return { status: 200, body: { items, totalCount: items.length } };
  }
}

function checkNames(project: string, environments: string[]): void {
  if (project !== PROJECT) {
    throw new HttpProblem(
      'not_found',
      `There is no project ${JSON.stringify(project)}: the one here is "${PROJECT}"`,
    );
  }
  const unknown = environments.find((environment) => environment !== ENVIRONMENT);
  if (unknown === undefined) return;
  throw new HttpProblem(
    'not_found',
    `There is no environment ${JSON.stringify(unknown)}: the one here is "${ENVIRONMENT}"`,
  );
}

function unknownFlag(key: string): HttpProblem {
  return new HttpProblem('not_found', `There is no flag ${JSON.stringify(key)} in the flag file`);
}

function refuseConstant({ flagValues, flags }: Readonly<Record<string, unknown>>, key: string): void {
  if (isRecord(flags) && Object.hasOwn(flags, key)) return;
  if (!isRecord(flagValues) || typeof flagValues[key] === 'boolean') return;
  throw new HttpProblem(
    'invalid_request',
    `The flag ${key} is a constant in "flagValues". To change it, write it with its variations under "flags" in the flag file`,
  );
}

function refuseEdited(error: unknown): never {
  if (!(error instanceof FlagFileEdited)) throw error;
  throw new HttpProblem(
    'optimistic_locking_error',
    'Conflict. The flag file was edited by hand meanwhile. Nothing was changed: read the flag and try again',
  );
}

function isSemanticPatch(contentType: string | undefined): boolean {
  const [type, ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  return type === 'application/json' && parameters.includes('domain-model=launchdarkly.semanticpatch');
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
