import type { Snapshot } from '../core/takeSnapshot.js';

/**
 * A snapshot as text that is safe inside a `<script>` and is a JavaScript expression as well as JSON.
 *
 * @example
 * `<script>window.maintenance = ${serializeSnapshot(snapshot)}</script>`
 */
export function serializeSnapshot(snapshot: Snapshot): string {
  return JSON.stringify(snapshot).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
