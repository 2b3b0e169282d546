// `vitest/browser`, as far as test/browser uses it: real input, which run.mjs makes by WebDriver.
async function act(action) {
  const response = await fetch('/act', { method: 'POST', body: JSON.stringify(action) });
  if (!response.ok) throw new Error(await response.text());
}

function pointOf(element, { position } = {}) {
  const { top, bottom } = element.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block: 'center' });
  const box = element.getBoundingClientRect();
  const { x, y } = position ?? { x: box.width / 2, y: box.height / 2 };
  return { x: Math.round(box.left + x), y: Math.round(box.top + y) };
}

export const userEvent = {
  click: (element, options) => act({ type: 'click', times: 1, ...pointOf(element, options) }),
  dblClick: (element, options) => act({ type: 'click', times: 2, ...pointOf(element, options) }),
  keyboard: (text) => act({ type: 'keyboard', text }),
  tab: () => act({ type: 'keyboard', text: '{Tab}' }),
  paste: () => act({ type: 'keyboard', text: '{Control>}v{/Control}' }),
};

export function cdp() {
  throw new Error('Only in Chromium: its debugging protocol');
}
