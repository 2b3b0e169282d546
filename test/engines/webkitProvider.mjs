import { WebdriverBrowserProvider, webdriverio } from '@vitest/browser-webdriverio';

/** Vitest's own provider for WebdriverIO, for the browser that WebKitWebDriver starts: WebKitGTK's MiniBrowser. */
class MiniBrowserProvider extends WebdriverBrowserProvider {
  buildCapabilities() {
    return {
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { args: ['--automation'] },
      'wdio:enforceWebDriverClassic': true,
    };
  }
}

export function webkitProvider(port) {
  const options = { hostname: '127.0.0.1', port, path: '/' };
  return { ...webdriverio(options), providerFactory: (project) => new MiniBrowserProvider(project, options) };
}
