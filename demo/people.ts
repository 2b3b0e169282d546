/** The two customers of the demo. Their keys are the context keys at the flag service. */
export const people = {
  alice: { key: 'alice', name: 'Alice' },
  bob: { key: 'bob', name: 'Bob' },
} as const;

export type PersonKey = keyof typeof people;

export const personKeys = ['alice', 'bob'] as const satisfies readonly PersonKey[];
