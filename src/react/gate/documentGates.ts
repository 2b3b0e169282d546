import { callAll, isVisible, observe, openDialogs, treesWithin } from './elements.js';
import { createPortalSearch, type PortalSearch } from './portals.js';

/**
 * What the gates of one document do together. A flag may close hundreds of gates at once, so that no gate may search or observe the whole
 * page for itself.
 */
export interface DocumentGates {
  readonly portals: PortalSearch;
  /** Announces a change of a gate, before React changes the page. */
  expect(): void;
  /**
   * Takes the steps of a gate in turn with those of the other gates that change in the same commit: all of them take one step before the
   * first takes the next. So the browser computes the layout once for a step of all gates, and not again for each gate.
   */
  change(steps: Iterator<void>): void;
  /** The elements with `aria-modal` that are not visible. Call it before React changes the page, which hides all of those in gates. */
  readonly hiddenModals: () => readonly Element[];
  readonly openDialogs: () => readonly Element[];
  /**
   * Calls back after changes of the document, and says whether they may have brought or removed a dialog. Portals that were added are hidden by
   * then. Returns how to stop.
   */
  watch(onChange: (bringsDialogs: boolean) => void): () => void;
}

const key: unique symbol = Symbol('maintenance gates');

/** What the gates of a document share. The document keeps it, without listeners and observers while no gate needs them. */
export function gatesOf(document: Document & { [key]?: DocumentGates }): DocumentGates {
  return (document[key] ??= createDocumentGates(document));
}

function createDocumentGates(document: Document): DocumentGates {
  const watchers = new Set<(bringsDialogs: boolean) => void>();
  const portals = createPortalSearch(watch);
  let expected = 0;
  let changing: Iterator<void>[] = [];
  let stop = () => {};

  function takeSteps(): void {
    let turns = changing;
    expected = 0;
    changing = [];
    const takeStep = (steps: Iterator<void>) => {
      try {
        return !steps.next().done;
      } catch (error) {
        // Something of the app threw, for example a method of an element. It stops its own gate only.
        queueMicrotask(() => {
          throw error;
        });
        return false;
      }
    };
    while (turns.length) turns = turns.filter(takeStep);
  }

  function tell(bringsDialogs: boolean): void {
    for (const onChange of [...watchers]) onChange(bringsDialogs);
  }

  function watch(onChange: (bringsDialogs: boolean) => void): () => void {
    const { documentElement, body } = document;
    if (!watchers.size) {
      stop = callAll([
        observe([body], changesOfDialogs, (records) => {
          portals.search(records.flatMap(addedIn));
          tell(records.some(mayBringDialogs));
        }),
        observe([documentElement, body], { attributes: true }, () => tell(false)),
      ]);
    }
    watchers.add(onChange);
    return () => {
      if (watchers.delete(onChange) && !watchers.size) stop();
    };
  }

  return {
    portals,
    expect() {
      // React does not finish the change of a gate in a hidden <Activity>. The others do not wait for it longer than this.
      if (!expected) queueMicrotask(takeSteps);
      expected += 1;
    },
    change(steps) {
      changing.push(steps);
      expected -= 1;
      if (expected <= 0) takeSteps();
    },
    hiddenModals: once(() =>
      [...document.querySelectorAll('[aria-modal=true]')].filter((element) => !isVisible(element)),
    ),
    openDialogs: once(() => [...document.querySelectorAll(openDialogs)]),
    watch,
  };
}

/** Searches once for all gates that ask in the same commit, or after the same change of the page. */
function once<T>(search: () => T): () => T {
  let found: T | undefined;
  return () => {
    if (!found) queueMicrotask(() => (found = undefined));
    return (found ??= search());
  };
}

/** What may open or close a dialog. */
export const changesOfDialogs: MutationObserverInit = {
  childList: true,
  subtree: true,
  attributeFilter: ['open', 'aria-modal', 'role', 'aria-hidden', 'inert'],
};

/** Selects what may block a page while it is open. */
export const popups = '[role=dialog],[role=alertdialog],[aria-modal=true],[role=menu],[role=listbox]';
const anyDialog = `${openDialogs},${popups}`;

export function mayBringDialogs({ attributeName, addedNodes, removedNodes }: MutationRecord): boolean {
  if (attributeName) return /^(open|role|aria-modal)$/.test(attributeName);
  return [...addedNodes, ...removedNodes].some(
    (node) =>
      node instanceof window.Element &&
      (node.matches(anyDialog) || node.querySelector(anyDialog) !== null || treesWithin(node).length > 1),
  );
}

function addedIn({ addedNodes }: MutationRecord): Element[] {
  return [...addedNodes].filter((node) => node instanceof window.Element);
}
