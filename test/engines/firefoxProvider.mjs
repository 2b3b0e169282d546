import { playwright, PlaywrightBrowserProvider } from '@vitest/browser-playwright';
import { firefox } from 'playwright';

/**
 * Vitest's own provider for Playwright: with Playwright's Firefox where there is no path, otherwise with the Firefox at that path,
 * which Playwright drives by WebDriver BiDi.
 */
export function firefoxProvider(executablePath) {
  if (!executablePath) return playwright();
  leaveOutMediaFeatures();
  const options = {
    launchOptions: { channel: 'moz-firefox', executablePath },
    // As large as a test makes its page, so that nothing has to be scaled down.
    contextOptions: { viewport: { width: 1600, height: 1200 } },
  };
  return { ...playwright(options), providerFactory: (project) => new FirefoxProvider(project, options) };
}

class FirefoxProvider extends PlaywrightBrowserProvider {
  /** Vitest finds the frame of the tests by its name, which Playwright may have read before it was there. */
  getCommandsContext(sessionId) {
    const { page, context, iframe } = super.getCommandsContext(sessionId);
    const frame = async () => page.frames().find((one) => one.parentFrame() === page.mainFrame());
    return { page, context, iframe, frame };
  }
}

/** Playwright opens no page where the browser does not know this command, and no Firefox of 2026 knows it. No test needs it. */
function leaveOutMediaFeatures() {
  const launch = firefox.launch.bind(firefox);
  firefox.launch = async (options) => {
    const browser = await launch(options);
    // There is no public way to it; Playwright is pinned exactly.
    const session = firefox._connection.toImpl(browser)._browserSession;
    const send = session.send.bind(session);
    session.send = (method, parameters) =>
      method === 'emulation.setMediaFeaturesOverride' ? Promise.resolve({}) : send(method, parameters);
    return browser;
  };
}

/**
 * Playwright does not press in a frame that is transformed, not even by `scale(1)`, which Vitest sets on the frame of the tests.
 * A script for Vitest's page around it.
 */
export const withoutTransform = `document.head.append(
  Object.assign(document.createElement('style'), { textContent: '#vitest-tester { transform: none !important }' }),
)`;
