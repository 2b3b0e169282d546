/** How the commands end, besides 0 and the code of the command that was run. A signal n ends them with 128 + n, as in a shell. */
export const exitCodes = {
  /** Wrong usage. */
  usage: 2,
  /** Maintenance could not be turned on; the command was not run. */
  notTurnedOn: 120,
  /** It was turned on, but the service never said that it is in effect; the command was not run, and maintenance is on. */
  notProven: 121,
  /** The command succeeded, but maintenance could not be turned off. */
  notTurnedOff: 122,
  /** `each`: somebody is left in maintenance, or the list of users was not complete. */
  held: 123,
  /** The command took longer than --timeout and was ended; maintenance is on. */
  timedOut: 124,
  /** The command succeeded, but --verify did not; maintenance is on. */
  notVerified: 125,
  /** The command cannot be run, as in a shell; nothing was changed. */
  notExecutable: 126,
  notFound: 127,
} as const;
