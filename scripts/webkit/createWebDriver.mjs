import { spawn } from 'node:child_process';

const port = 4445;
const keys = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Escape: '\uE00C',
  PageUp: '\uE00E',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
};

const needs =
  'It needs WebKitWebDriver, which is in the package webkit2gtk-driver of Debian and Ubuntu, and a display: xvfb-run -a npm run test:webkit';

/** Starts WebKitGTK's own browser, driven by WebDriver (https://www.w3.org/TR/webdriver2/). */
export async function createWebDriver() {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) throw new Error(needs);
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    // What runs is this repository's own code.
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  process.on('exit', () => driver.kill());
  const missing = new Promise((_, reject) => driver.on('error', () => reject(new Error(needs))));
  await Promise.race([missing, untilReady()]);
  const browser = {
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { args: ['--automation'] },
  };
  const { sessionId, capabilities } = await send('POST', '/session', {
    capabilities: { alwaysMatch: browser },
  });
  const inSession = (method, path, body) => send(method, `/session/${sessionId}${path}`, body);
  const perform = (device) => inSession('POST', '/actions', { actions: [device] });
  await inSession('POST', '/window/rect', { x: 0, y: 0, width: 1280, height: 800 });

  return {
    version: capabilities.browserVersion,
    open: (url) => inSession('POST', '/url', { url }),
    click: ({ x, y, times }) =>
      perform({
        type: 'pointer',
        id: 'mouse',
        actions: [
          { type: 'pointerMove', x, y, duration: 0 },
          ...Array.from({ length: times }, () => [
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ]).flat(),
        ],
      }),
    keyboard: (text) => perform({ type: 'key', id: 'keys', actions: keyActions(text) }),
    close: () => inSession('DELETE', ''),
  };
}

/** In the notation of Testing Library: `a`, `{Enter}`, `{ArrowLeft>3/}`, `{Shift>}`, `{/Shift}`. */
function keyActions(text) {
  return [...text.matchAll(/\{(\/?)(\w+)(?:(>)(\d*)\/?)?\}|[^]/g)].flatMap(
    ([character, up, name, held, times]) => {
      const value = name ? keys[name] : character;
      if (!value) throw new Error(`There is no key ${name} here: add it to scripts/webkit`);
      if (up) return [{ type: 'keyUp', value }];
      if (held && !times) return [{ type: 'keyDown', value }];
      return Array.from({ length: Number(times) || 1 }, () => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]).flat();
    },
  );
}

async function send(method, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

async function untilReady() {
  for (let tries = 100; tries > 0; tries -= 1) {
    const status = await send('GET', '/status').catch(() => null);
    if (status) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('WebKitWebDriver was started, and does not answer');
}
