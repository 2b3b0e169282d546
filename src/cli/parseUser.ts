import { InvalidArgumentError } from 'commander';
import { findOddity } from './readKeys.js';

/** The key of a user, as an option has it. An empty one would be a shell variable that is not set. */
export function parseUser(key: string): string {
  if (key) return key;
  throw new InvalidArgumentError('It must not be empty.');
}

/** The same for a user who is to be put into maintenance: one who hardly exists, as by a list with carriage returns, is refused. */
export function parseNewUser(key: string): string {
  const oddity = findOddity(parseUser(key));
  if (oddity === undefined) return key;
  throw new InvalidArgumentError(`It ${oddity}.`);
}
