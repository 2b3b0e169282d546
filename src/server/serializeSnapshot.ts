import type { Snapshot } from '../core/takeSnapshot.js';

/**
 * A snapshot as text that is safe inside a `<script>` and is a JavaScript expression as well as JSON. Where the flags could not be read
 * there is none, and it is `null`, which the provider takes, too.
 *
 * @example
 * `<script>window.maintenance = ${serializeSnapshot(snapshot)}</script>`
 */
export function serializeSnapshot(snapshot: Snapshot | null | undefined): string {
  return JSON.stringify(snapshot ?? null).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
