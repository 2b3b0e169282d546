import { describeExitCodes } from './exitCodes.js';
import { environmentVariables } from './switchOptions.js';

/** What `each --help` says after its options. */
export const eachHelp: string = `
Each user is put into maintenance, the command is run with the user's key as its last argument, and maintenance ends; then comes the
next. The flag is on, and serves no maintenance by default. At the first failure everything halts, and that user stays in
maintenance. A key is all that stands on a line. A byte order mark, UTF-16 and carriage returns are taken off; quotation marks, tabs and
blanks at an end are refused, as spreadsheets write them: keys that are so end with NUL bytes and --null. The command reads no standard
input, and may ask on the terminal unless several run at once.

Who is in maintenance already is refused, without --take-over; who is in the hands of another guard of this machine always.

Examples:
  $ ./list-users | maintenance-mode each -f search-maintenance -- ./reindex --user

  The list is known to be complete only when its command succeeds:
  $ maintenance-mode each -f search-maintenance --from ./list-users --journal reindex.jsonl -- ./reindex --user

  Go on after a failure, a signal or a crash:
  $ maintenance-mode each -f search-maintenance --from ./list-users --journal reindex.jsonl --resume -- ./reindex --user

  Four at once, and stop when three users are left in maintenance:
  $ maintenance-mode each -f search-maintenance --concurrency 4 --keep-going --max-held 3 -- ./reindex --user < users

Results of a user:
  done      the command (and --verify) succeeded, maintenance is off
  skipped   done by an earlier run, or ended by hand
  held      left in maintenance: the command failed, or maintenance could not be proven or turned off
  undone    not in maintenance, and the work was not done: refused, or an exit code of --off-on
  orphaned  left in maintenance: an earlier run was killed while the command ran; nobody knows how it ended

Events of --json, each with "event" and "at" (ISO 8601):
  start     run, flag, total (or null)
  step      user, step: holding, running, ran, failed, done, undone
  result    user, result, code; message when there was one; byHand when the user is left in maintenance
  progress  counts by result, users, total, perSecond, secondsLeft (the last three may be null)
  end       code, list (complete, not-finished or broken), and all of progress
${environmentVariables}
${describeExitCodes(['failed', 'usage', 'notTurnedOn', 'notAllDone', 'notExecutable', 'notFound'])}`;
