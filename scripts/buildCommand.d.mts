export function buildCommand(say: (text: string) => void): Promise<void>;
