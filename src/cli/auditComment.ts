/** What a command writes into the audit trail. `status` reads it to show which run holds which user, and why. */
export interface AuditMark {
  /** The command and, for those that run work, its run: `guard ab12cd34`. */
  readonly by: string;
  /** The users whom it put into maintenance. Without it: everyone. */
  readonly users?: readonly string[] | undefined;
}

const opening = ' [maintenance-mode ';
const mostTries = 10;
// Of a longer list only the number is written. The journal has the names.
const mostNames = 50;

/** A comment that people and `parseAuditComment` can read. */
export function formatAuditComment(reason: string, { by, users }: AuditMark): string {
  const named =
    users === undefined ? '' : ` ${users.length > mostNames ? users.length : JSON.stringify(users)}`;
  return `${reason}${opening}${by}${named}]`;
}

/** Parses a comment of `formatAuditComment`. Returns `undefined` for any other comment. Names are missing if there were too many. */
export function parseAuditComment(comment: string): (AuditMark & { readonly reason: string }) | undefined {
  let at = comment.length;
  // Search from the end, because a key may look like the start of a mark. Limit the tries, because other comments may contain any number of them.
  for (let tried = 0; tried < mostTries && at > 0; tried += 1) {
    at = comment.lastIndexOf(opening, at - 1);
    if (at === -1) return undefined;
    const mark = comment.slice(at + opening.length);
    const [, by, named] = /^([a-z]+(?: [0-9a-f]+)?)(?: (\[.*\]|\d+))?\]$/s.exec(mark) ?? [];
    if (by !== undefined) {
      return { reason: comment.slice(0, at), by, ...(named && { users: parseNames(named) }) };
    }
  }
  return undefined;
}

function parseNames(json: string): string[] {
  try {
    const names: unknown = JSON.parse(json);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
