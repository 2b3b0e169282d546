import { existsIn, immutableJSONPatch, parseJSONPointer, type JSONPatchDocument } from 'immutable-json-patch';

import { checkFlag, type FlagConfig, flagVersion, isClientSide, isRecord } from './FlagConfig.js';
import { HttpProblem } from './createHttpHandler.js';
import { ENVIRONMENT } from './representFlag.js';

/**
 * Applies a JSON Patch (RFC 6902) to a flag. Its paths point into the REST form of the flag: `/environments/local/on`,
 * `/variations/0/value`, `/name`. A patch can only use fields that the flag file has.
 *
 * @returns the changed flag with the next version, or the same object if nothing changed.
 * @throws HttpProblem 400 if the patch is invalid, 409 if a `test` in it fails.
 */
export function applyJsonPatch(flag: FlagConfig, operations: readonly JsonPatchOperation[]): FlagConfig {
  const draft = fromDocument(flag, patchDocument(toDocument(flag), operations));
  if (JSON.stringify(draft) === JSON.stringify(flag)) return flag;
  const faults = checkFlag(flag.key, draft);
  if (faults.length > 0)
    throw new HttpProblem('invalid_request', `The patched flag is not valid: ${faults.join('; ')}`);
  return { ...draft, version: flagVersion(flag) + 1 };
}

function patchDocument(document: Document, operations: readonly JsonPatchOperation[]): Document {
  try {
    return operations.reduce((patched, operation) => {
      const path = parseJSONPointer(operation.path);
      // RFC 6902 (section 4) requires that the target exists. The library does not check it.
      const target = operation.op === 'add' ? path.slice(0, -1) : path;
      if (!['move', 'copy'].includes(operation.op) && !existsIn(patched, target)) {
        throw new Error(`there is nothing at ${operation.path}`);
      }
      // parseJsonPatch has checked the operations. The library has a narrower type for them.
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

/** An operation of a JSON Patch. `applyJsonPatch` checks its path and value. */
export interface JsonPatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

const OPERATIONS: readonly unknown[] = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/** @throws HttpProblem 400 unless the value is a list of at least one operation. */
export function parseJsonPatch(value: unknown): JsonPatchOperation[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isOperation)) {
    throw new HttpProblem(
      'invalid_request',
      `A JSON Patch is a list of at least one operation. Each has an "op" (${OPERATIONS.join(', ')}) and a "path" (RFC 6901)`,
    );
  }
  return value;
}

function isOperation(value: unknown): value is JsonPatchOperation {
  if (!isRecord(value) || !OPERATIONS.includes(value['op'])) return false;
  const needsFrom = value['op'] === 'move' || value['op'] === 'copy';
  // A path into a prototype would change every object in this process.
  const isPointer = (path: unknown): boolean =>
    typeof path === 'string' &&
    /^(\/|$)/.test(path) &&
    !/\/(__proto__|constructor|prototype)(\/|$)/.test(path);
  return isPointer(value['path']) && (!needsFrom || isPointer(value['from']));
}

/** Fields that the REST form has for each environment, and that the file has directly in the flag. */
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
      `The patch must not remove "variations" or the environment "${ENVIRONMENT}"`,
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
  // The caller checks the result with checkFlag, which checks every field of FlagConfig.
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
