import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * A table of flags in a JSON file: for each flag a value for everyone, and values for single users, which decide first.
 * In a real app this is a table of your database.
 */
export function createTable(file, keys) {
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  const flags = new Map(keys.map((key) => [key, stored[key] ?? { everyone: false, users: {} }]));

  return {
    /** Returns the row of a flag, or `undefined` for an unknown flag. */
    row: (flag) => flags.get(flag),
    rows: () => Object.fromEntries(flags),
    /** All flag values for one user, for `readFlags`. */
    flagsOf: (user) =>
      Object.fromEntries(
        Array.from(flags, ([flag, { everyone, users }]) => [
          flag,
          Object.hasOwn(users, user) ? users[user] : everyone,
        ]),
      ),
    change(flag, { everyone, hold = [], release = [], value = true }) {
      const row = flags.get(flag);
      if (everyone !== undefined) row.everyone = everyone && value;
      // A Map: a user key such as __proto__ is an ordinary key there.
      const users = new Map(Object.entries(row.users));
      for (const user of hold) users.set(user, value);
      for (const user of release) users.delete(user);
      row.users = Object.fromEntries(users);
      // Write a new file and rename it: after a crash either the old or the new file is complete.
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(flags), null, 2));
      renameSync(`${file}.new`, file);
      return row;
    },
  };
}
