import { applyJsonPatch, parseJsonPatch } from './applyJsonPatch.js';
import { applySemanticPatch, parseInstructions, titleOfPatch } from './applySemanticPatch.js';
import type { AuditLog } from './createAuditLog.js';
import { FlagFileEdited } from './createFlagFile.js';
import type { FlagState } from './createFlagState.js';
import type { Route } from './createHttpHandler.js';
import type { FlagConfig } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import { isRecord } from './isRecord.js';
import type { FlagData } from './parseFlagFile.js';
import { ENVIRONMENT, PROJECT, representFlag } from './representFlag.js';
import { checkNames, unknownFlag } from './restNames.js';

const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';

/** The REST call that changes a flag, by LaunchDarkly's semantic patch or by JSON Patch. */
export function createPatchRoute(state: FlagState, auditLog: AuditLog): Route {
  return {
    method: 'PATCH',
    path: '/api/v2/flags/:project/:flag',
    handle: async ({ param, query, request, json }) => {
      checkNames(param('project'), []);
      const key = param('flag');
      if (!state.edition.data.flags.has(key)) throw unknownFlag(key);
      const isSemantic = isSemanticPatch(request.headers['content-type']);
      const body = await json();
      const { apply, titleVerb, comment } = isSemantic
        ? parseSemanticPatch(body)
        : parseBodyOfJsonPatch(body);

      if (query.get('dryRun') === 'true') {
        const { data } = state.edition;
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

/** A patch that was read: what it does to a flag, and what the audit log says of it. */
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
    `Send Content-Type: ${SEMANTIC_PATCH}, or application/json for a JSON Patch; found ${contentType || 'none'}`,
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
      '"environmentKey" is missing, and these instructions are for one environment',
    );
  }
  return {
    apply: (flag) => applySemanticPatch(flag, instructions),
    titleVerb: titleOfPatch(instructions),
    comment,
  };
}

/** A list of operations, or an object with one in `patch` and a comment. */
function parseBodyOfJsonPatch(body: unknown): Patch {
  const { patch, comment } = isRecord(body) ? body : { patch: body };
  if (patch === undefined) {
    throw new HttpProblem(
      'invalid_request',
      `A JSON Patch is a list of operations, or an object with one in "patch". For a semantic patch send Content-Type: ${SEMANTIC_PATCH}`,
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
  // An edit of the file may have removed it since the request was let in.
  if (!flag) throw unknownFlag(key);
  const { flagValues } = root;
  if (isRecord(flagValues) && Object.hasOwn(flagValues, key) && typeof flagValues[key] !== 'boolean') {
    throw new HttpProblem(
      'invalid_request',
      `The flag ${key} is a constant in "flagValues". To change it, write it with its variations under "flags" in the flag file`,
    );
  }
  return apply(flag);
}

function refuseEdited(error: unknown): never {
  if (!(error instanceof FlagFileEdited)) throw error;
  throw new HttpProblem(
    'optimistic_locking_error',
    'Conflict. The flag file was edited by hand meanwhile. Nothing was changed: read the flag and try again',
  );
}
