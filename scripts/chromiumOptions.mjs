import { findChromium } from './findChromium.mjs';

// Chromium renders pages of its own for the list under its address bar, two for each window. Nobody sees them in a test, and they take more
// time than most pages that are tested.
const unseen = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];
// Chromium knows one list only, so that ours replaces Playwright's. What pages, or connections to elsewhere, depend on stands here again.
const asPlaywright = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/**
 * How Playwright starts the Chromium that tests drive.
 * @param {readonly string[]} args Further arguments of Chromium.
 */
export function chromiumOptions(args = []) {
  const executablePath = findChromium();
  return {
    ...(executablePath && { executablePath }),
    args: [`--disable-features=${[...unseen, ...asPlaywright]}`, ...args],
  };
}
