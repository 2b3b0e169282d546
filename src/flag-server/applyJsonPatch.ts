import { existsIn, immutableJSONPatch, parseJSONPointer, type JSONPatchDocument } from 'immutable-json-patch';

import { checkFlag } from './checkFlag.js';
import { flagVersion, isClientSide, type FlagConfig } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import { isRecord } from './isRecord.js';
import { ENVIRONMENT } from './representFlag.js';

/**
 * Applies a JSON Patch (RFC 6902) to a flag, by paths into its REST form: `/environments/local/on`, `/variations/0/value`, `/name`.
 *
 * What the flag file has no field for can be neither read nor written.
 *
 * @returns the changed flag with the next version; the flag itself when nothing changed.
 * @throws HttpProblem 400 for a patch that makes no sense, 409 for one whose `test` fails.
 */
export function applyJsonPatch(flag: FlagConfig, operations: readonly JsonPatchOperation[]): FlagConfig {
  const draft = fromDocument(flag, patchDocument(toDocument(flag), operations));
  if (JSON.stringify(draft) === JSON.stringify(flag)) return flag;
  const faults = checkFlag(flag.key, draft);
  if (faults.length > 0)
    throw new HttpProblem('invalid_request', `The patch makes a bad flag: ${faults.join('; ')}`);
  return { ...draft, version: flagVersion(flag) + 1 };
}

function patchDocument(document: Document, operations: readonly JsonPatchOperation[]): Document {
  try {
    return operations.reduce((patched, operation) => {
      const path = parseJSONPointer(operation.path);
      // The library takes paths that lead nowhere; RFC 6902 (section 4) does not.
      const target = operation.op === 'add' ? path.slice(0, -1) : path;
      if (!['move', 'copy'].includes(operation.op) && !existsIn(patched, target)) {
        throw new Error(`there is nothing at ${operation.path}`);
      }
      // parseJsonPatch has looked at the operations; the library wants the same in a narrower type.
      return immutableJSONPatch(patched, [operation] as JSONPatchDocument) as Document;
    }, document);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpProblem(
      operations.some(({ op }) => op === 'test') && /^Test failed/.test(reason)
        ? 'conflict'
        : 'invalid_request',
      `The patch cannot be applied: ${reason}`,
    );
  }
}

/** An operation of a JSON Patch, whose path and value `applyJsonPatch` checks. */
export interface JsonPatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

const OPERATIONS: readonly unknown[] = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/** @throws HttpProblem 400 unless the value is a list of operations with one in it. */
export function parseJsonPatch(value: unknown): JsonPatchOperation[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isOperation)) {
    throw new HttpProblem(
      'invalid_request',
      `A JSON Patch is a list of operations, one at least: an "op" of ${OPERATIONS.join(', ')}, and a "path" (RFC 6901)`,
    );
  }
  return value;
}

function isOperation(value: unknown): value is JsonPatchOperation {
  if (!isRecord(value) || !OPERATIONS.includes(value['op'])) return false;
  const needsFrom = value['op'] === 'move' || value['op'] === 'copy';
  // A path into a prototype would change every object of this process.
  const isPointer = (path: unknown): boolean =>
    typeof path === 'string' &&
    /^(\/|$)/.test(path) &&
    !/\/(__proto__|constructor|prototype)(\/|$)/.test(path);
  return isPointer(value['path']) && (!needsFrom || isPointer(value['from']));
}

/** The fields that belong to one environment in the REST form, and to the flag in the file. */
const ENVIRONMENT_FIELDS = [
  'on',
  'archived',
  'targets',
  'contextTargets',
  'rules',
  'fallthrough',
  'offVariation',
  'prerequisites',
] as const;
const FLAG_FIELDS = ['name', 'description', 'tags', 'temporary', 'archived'] as const;

interface Document {
  variations: unknown[];
  environments: Record<string, unknown>;
  [field: string]: unknown;
}

function toDocument(flag: FlagConfig): Document {
  return {
    description: '',
    tags: [],
    archived: false,
    temporary: false,
    name: flag.key,
    ...pick(flag, FLAG_FIELDS),
    clientSideAvailability: {
      usingMobileKey: false,
      ...flag.clientSideAvailability,
      usingEnvironmentId: isClientSide(flag),
    },
    variations: flag.variations.map((value, index) => ({ value, ...flag.variationDetails?.[index] })),
    environments: {
      [ENVIRONMENT]: {
        targets: [],
        contextTargets: [],
        rules: [],
        prerequisites: [],
        ...pick(flag, ENVIRONMENT_FIELDS),
      },
    },
  };
}

function fromDocument(flag: FlagConfig, document: Document): FlagConfig {
  const environment = document.environments[ENVIRONMENT];
  const { variations } = document;
  if (!isRecord(environment) || !Array.isArray(variations) || !variations.every(isRecord)) {
    throw new HttpProblem(
      'invalid_request',
      `The patch removes "variations" or the environment "${ENVIRONMENT}"`,
    );
  }
  const unknown = [
    ...unknownFields(document, [...FLAG_FIELDS, 'clientSideAvailability', 'variations', 'environments']),
    ...unknownFields(document.environments, [ENVIRONMENT]),
    ...unknownFields(environment, ENVIRONMENT_FIELDS),
  ];
  if (unknown.length > 0) {
    throw new HttpProblem('invalid_request', `The flag file has no field for ${unknown.join(', ')}`);
  }
  const before = toDocument(flag);
  const changed: Record<string, unknown> = {};
  const removed = new Set<string>();
  const set = (field: string, from: unknown, to: unknown): void => {
    if (JSON.stringify(from) === JSON.stringify(to)) return;
    if (to === undefined) removed.add(field);
    else changed[field] = to;
  };
  for (const field of FLAG_FIELDS) set(field, before[field], document[field]);
  for (const field of ENVIRONMENT_FIELDS.filter((name) => name !== 'archived')) {
    set(field, pick(before.environments[ENVIRONMENT], [field])[field], environment[field]);
  }
  set('clientSideAvailability', before['clientSideAvailability'], document['clientSideAvailability']);
  set(
    'variations',
    flag.variations,
    variations.map(({ value }) => value),
  );
  const details = variations.map(({ name, description }) => ({
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
  }));
  const detailsBefore = before.variations.map((variation) => pick(variation, ['name', 'description']));
  set('variationDetails', detailsBefore, details);
  // checkFlag looks at every field that FlagConfig names before this is used.
  return Object.fromEntries(
    Object.entries({ ...flag, ...changed }).filter(([field]) => !removed.has(field)),
  ) as FlagConfig;
}

function unknownFields(fields: object, known: readonly string[]): string[] {
  return Object.keys(fields).filter((field) => !known.includes(field));
}

function pick(from: unknown, fields: readonly string[]): Record<string, unknown> {
  if (!isRecord(from)) return {};
  return Object.fromEntries(
    fields.filter((field) => from[field] != null).map((field) => [field, from[field]]),
  );
}
