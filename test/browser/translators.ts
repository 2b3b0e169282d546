import { onTestFinished } from 'vitest';

/** What the translators below make of a text. */
export function translate(text: string): string {
  return text.toUpperCase();
}

/**
 * What browsers' translators do to a page, for every text that comes or changes: Chrome and Edge put `<font>` elements in the place
 * of text nodes, others put other text nodes there or write into them, and Firefox writes whole blocks anew.
 */
export const translators: Readonly<Record<string, (node: Node) => void>> = {
  'puts font elements in the place of texts': (node) =>
    eachText(node, (text) => {
      if (text.parentElement?.closest('font')) return;
      const font = document.createElement('font');
      font.append(document.createElement('font'));
      font.firstElementChild?.append(translate(text.data));
      text.replaceWith(font);
    }),
  'puts other texts in the place of texts': (node) =>
    eachText(node, (text) => {
      if (text.data !== translate(text.data)) text.replaceWith(translate(text.data));
    }),
  'writes into texts': (node) =>
    eachText(node, (text) => {
      if (text.data !== translate(text.data)) text.data = translate(text.data);
    }),
  'writes whole blocks anew': (node) => {
    const element = node instanceof Element ? node : node.parentElement;
    if (!element?.isConnected) return;
    const blocks =
      'h1, h2, h3, h4, h5, h6, p, summary, button, th, td, dt, dd, output, option, [role=status], ' +
      '[data-maintenance-gate] > [data-maintenance-content] > *, [data-maintenance-fallback], [data-maintenance-inline] > div';
    const around = element.closest(blocks);
    for (const block of around ? [around] : element.querySelectorAll(blocks)) {
      const copy = block.cloneNode(true);
      eachText(copy, (text) => {
        text.data = translate(text.data);
      });
      if (block.textContent !== copy.textContent) block.replaceChildren(...copy.childNodes);
    }
  },
};

/** Lets a translator run on a part of the page, from now on. */
export function keepTranslated(root: Element, translator: (node: Node) => void): void {
  const observer = new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      for (const node of [target, ...addedNodes]) translator(node);
    }
  });
  translator(root);
  observer.observe(root, { childList: true, characterData: true, subtree: true });
  onTestFinished(() => observer.disconnect());
}

function eachText(node: Node, visit: (text: Text) => void): void {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = node instanceof Text ? [node] : [];
  while (walker.nextNode()) if (walker.currentNode instanceof Text) texts.push(walker.currentNode);
  for (const text of texts) if (text.isConnected || node !== text) visit(text);
}
