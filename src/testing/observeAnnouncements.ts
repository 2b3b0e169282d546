/** A text of a live region of this library, and its time in epoch milliseconds. */
export interface Announcement {
  readonly at: number;
  readonly text: string;
}

/**
 * Calls `onText` with each text that the library puts into its live regions below `root`. Assistive technology announces these texts, also inside modal
 * dialogs. Returns a function that stops it.
 */
export function observeAnnouncements(root: Node, onText: (text: string) => void): () => void {
  const observer = new MutationObserver((records) => {
    const regions = new Set(records.map(({ target }) => regionOf(target)));
    for (const region of regions) {
      const text = region?.textContent.trim();
      if (text) onText(text);
    }
  });
  observer.observe(root, { subtree: true, childList: true, characterData: true });
  return () => observer.disconnect();
}

function regionOf(node: Node): Element | null {
  const element = node instanceof window.Element ? node : node.parentElement;
  return element?.closest('[data-maintenance-announcer]') ?? null;
}
