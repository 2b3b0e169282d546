import { InvalidArgumentError } from 'commander';

/** The key of a user, as an option has it. An empty one would be a shell variable that is not set. */
export function parseUser(key: string): string {
  if (key) return key;
  throw new InvalidArgumentError('It must not be empty.');
}
