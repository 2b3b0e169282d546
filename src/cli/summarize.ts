import type { EachOutcome, UserResult } from './runEach.js';

// The rest is in the journal, and in what status tells.
const mostNames = 20;

/** What to say at the end of a run over many users: how it went, who is left in maintenance, and how to go on. */
export function summarize(
  { counts, list, code }: EachOutcome,
  left: readonly UserResult[],
  { byHandOf, hasJournal }: { readonly byHandOf: (user: string) => string; readonly hasJournal: boolean },
): string[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = [
    `${counts.done} done`,
    counts.skipped > 0 && `${counts.skipped} skipped`,
    counts.undone > 0 && `${counts.undone} not done`,
    left.length > 0 && `${left.length} left in maintenance`,
  ].filter(Boolean);
  const lines = [`${total} ${total === 1 ? 'user' : 'users'}: ${parts.join(', ')}.`];
  if (list === 'not-finished') lines.push('The list was not read to its end.');
  if (list === 'broken') lines.push('The list of users was not complete.');
  if (left.length > 0) lines.push('Left in maintenance, and how to end it:');
  for (const { user } of left.slice(0, mostNames)) lines.push(`  ${byHandOf(user)}`);
  if (left.length > mostNames)
    lines.push(`  and ${left.length - mostNames} more, see: maintenance-mode status`);
  if (code !== 0) {
    lines.push(
      hasJournal
        ? 'To go on: the same command with --resume. It skips who is done, and tries again who failed.'
        : 'To go on: the same command with the users that are left. With --journal FILE, --resume would know them.',
    );
  }
  return lines;
}
