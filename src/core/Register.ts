/**
 * Where an app tells TypeScript its features, so that keys are checked everywhere.
 *
 * @example
 * declare module 'react-maintenance-mode' {
 *   interface Register { features: typeof features }
 * }
 */
// Empty until an app adds to it.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Register {}

/** The key of a feature: one of those registered, or any text without a registry. */
export type FeatureKey = Register extends { features: infer F } ? Extract<keyof F, string> : string;
