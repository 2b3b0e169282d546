import { applySemanticPatch, parseInstructions, titleOfPatch } from './applySemanticPatch.js';
import type { AuditLog } from './createAuditLog.js';
import { FlagFileEdited } from './createFlagFile.js';
import type { FlagState } from './createFlagState.js';
import type { Route } from './createHttpHandler.js';
import type { FlagConfig } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import type { Instruction } from './Instruction.js';
import { isRecord } from './isRecord.js';
import type { FlagData } from './parseFlagFile.js';
import { ENVIRONMENT, PROJECT, representFlag } from './representFlag.js';
import { checkNames, unknownFlag } from './restNames.js';

const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';
const FOR_ALL_ENVIRONMENTS: readonly unknown[] = ['addVariation', 'updateVariation'];

/** The REST call that changes a flag, by LaunchDarkly's semantic patch. */
export function createPatchRoute(state: FlagState, auditLog: AuditLog): Route {
  return {
    method: 'PATCH',
    path: '/api/v2/flags/:project/:flag',
    handle: async ({ param, query, request, json }) => {
      checkNames(param('project'), []);
      const key = param('flag');
      if (!state.edition.data.flags.has(key)) throw unknownFlag(key);
      checkContentType(request.headers['content-type']);
      const { instructions, comment } = parsePatch(await json());

      if (query.get('dryRun') === 'true') {
        const { data } = state.edition;
        return { status: 200, body: representFlag(patchFlag(data, key, instructions)) };
      }
      let before: FlagConfig | undefined;
      const flag = await state
        .change(key, (data) => {
          before = data.flags.get(key);
          return patchFlag(data, key, instructions);
        })
        .catch(refuseEdited);
      if (flag !== before) {
        const resource = `proj/${PROJECT}:env/${ENVIRONMENT}:flag/${key}`;
        auditLog.add({ name: flag.name ?? key, titleVerb: titleOfPatch(instructions), comment, resource });
      }
      return { status: 200, body: representFlag(flag) };
    },
  };
}

function checkContentType(contentType = ''): void {
  const [type, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type === 'application/json' && parameters.includes('domain-model=launchdarkly.semanticpatch')) return;
  throw new HttpProblem(
    'invalid_request',
    `Only semantic patches are known here: send Content-Type: ${SEMANTIC_PATCH}`,
  );
}

function parsePatch(body: unknown): { instructions: Instruction[]; comment: string } {
  if (!isRecord(body)) throw new HttpProblem('invalid_request', 'Invalid request body: it must be an object');
  const { environmentKey, comment = '' } = body;
  const instructions = parseInstructions(body['instructions']);
  if (typeof comment !== 'string') throw new HttpProblem('invalid_request', '"comment" must be a string');
  if (typeof environmentKey === 'string') {
    checkNames(PROJECT, [environmentKey]);
  } else if (instructions.some(({ kind }) => !FOR_ALL_ENVIRONMENTS.includes(kind))) {
    throw new HttpProblem(
      'invalid_request',
      '"environmentKey" is missing, and these instructions are for one environment',
    );
  }
  return { instructions, comment };
}

function patchFlag({ root, flags }: FlagData, key: string, instructions: readonly Instruction[]): FlagConfig {
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
  return applySemanticPatch(flag, instructions);
}

function refuseEdited(error: unknown): never {
  if (!(error instanceof FlagFileEdited)) throw error;
  throw new HttpProblem(
    'optimistic_locking_error',
    'Conflict. The flag file was edited by hand meanwhile. Nothing was changed: read the flag and try again',
  );
}
