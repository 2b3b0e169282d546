/** What a command leaves in the audit trail beside its change, so that `status` can say who holds whom, and why. */
export interface AuditMark {
  /** The command and, for those that run work, its run: `guard ab12cd34`. */
  readonly by: string;
  /** The users that it turned on; everyone when absent. */
  readonly users?: readonly string[] | undefined;
}

// Beyond this the trail has the number alone; the journal has the names.
const mostNames = 50;

/** A comment that people and `parseAuditComment` can read. */
export function formatAuditComment(reason: string, { by, users }: AuditMark): string {
  const named =
    users === undefined ? '' : ` ${users.length > mostNames ? users.length : JSON.stringify(users)}`;
  return `${reason} [maintenance-mode ${by}${named}]`;
}

/** What `formatAuditComment` wrote, without names where there were too many; `undefined` for a comment of somebody else. */
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
