/**
 * The exit codes of the commands, besides 0 and the exit code of the command that was run. After signal n the code is 128 + n, as in a
 * shell.
 */
export const exitCodes = {
  /** The command itself failed: for example a file or a service could not be read. */
  failed: 1,
  usage: 2,
  notTurnedOn: 120,
  notProven: 121,
  notTurnedOff: 122,
  /** `each`: not every user is done. */
  notAllDone: 123,
  timedOut: 124,
  notVerified: 125,
  notExecutable: 126,
  notFound: 127,
} as const;

type ExitCode = keyof typeof exitCodes;

const meanings: Readonly<Record<ExitCode, string>> = {
  failed: 'the guard itself failed, for example when it wrote the journal or read the flag',
  usage: 'wrong usage; nothing was changed',
  notTurnedOn: 'maintenance could not be turned on; the command was not run',
  notProven: 'the service does not serve maintenance; the command was not run, and maintenance is on',
  notTurnedOff: 'maintenance could not be turned off',
  notAllDone: 'not every user is done, or the list of users is incomplete',
  timedOut: 'the command took longer than --timeout and was stopped; maintenance is on',
  notVerified: 'the command succeeded, but --verify did not; maintenance is on',
  notExecutable: 'the command cannot be executed',
  notFound: 'the command was not found; nothing was changed',
};

/** A section of `--help` about these codes. */
export function describeExitCodes(names: readonly ExitCode[], others: readonly string[] = []): string {
  const own = names.map(
    (name) => [exitCodes[name], `${String(exitCodes[name]).padEnd(6)} ${meanings[name]}`] as const,
  );
  const lines = own.toSorted(([a], [b]) => a - b).map(([, text]) => text);
  return [
    '',
    'Exit codes:',
    ...['0      success', ...others, ...lines, '128+n  stopped by signal n'].map((line) => `  ${line}`),
  ].join('\n');
}
