/** One instruction of a semantic patch: its kind, and what that kind needs. */
export type Instruction = Readonly<Record<string, unknown>>;
