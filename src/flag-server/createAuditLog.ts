import { linkTo, type Link } from './representFlag.js';

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
export interface AuditLog {
  add: (entry: Pick<AuditLogEntry, 'name' | 'titleVerb' | 'comment'> & { resource: string }) => void;
  /** Newest first. */
  find: (query: AuditQuery) => AuditLogEntry[];
}

const MAX_ENTRIES = 1_000;

/** Creates an empty audit log. */
export function createAuditLog(now: () => number = Date.now): AuditLog {
  const entries: AuditLogEntry[] = [];
  let count = 0;

  return {
    add: ({ name, titleVerb, comment, resource }) => {
      count += 1;
      entries.unshift({
        _id: String(count),
        date: now(),
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
