/** The comment of a command in the audit trail, from which `status` tells who holds which user, and why. */
export interface AuditMark {
  /** The command and, for those that run work, its run: `guard ab12cd34`. */
  readonly by: string;
  /** The users whom it put into maintenance; everyone when absent. */
  readonly users?: readonly string[] | undefined;
}

// Longer lists become a number; the journal has the names.
const mostNames = 50;

/** A comment that people and `parseAuditComment` can read. */
export function formatAuditComment(reason: string, { by, users }: AuditMark): string {
  const named =
    users === undefined ? '' : ` ${users.length > mostNames ? users.length : JSON.stringify(users)}`;
  return `${reason} [maintenance-mode ${by}${named}]`;
}

/** Parses a comment of `formatAuditComment`. Returns `undefined` for any other comment. Names are missing if there were too many. */
export function parseAuditComment(comment: string): (AuditMark & { readonly reason: string }) | undefined {
  const match = /^(.*) \[maintenance-mode ([a-z]+(?: [0-9a-f]+)?)(?: (\[.*\]|\d+))?\]$/s.exec(comment);
  if (!match) return undefined;
  const [, reason = '', by = '', named] = match;
  return { reason, by, ...(named && { users: parseNames(named) }) };
}

function parseNames(json: string): string[] {
  try {
    const names: unknown = JSON.parse(json);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
