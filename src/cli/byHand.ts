import { quoteForShell } from './quoteForShell.js';
import type { SwitchOptions } from './switchOptions.js';

/** The command that ends maintenance by hand, to be pasted into a shell. The access token is never part of it. */
export function byHand(options: SwitchOptions): string {
  const { flag, user, project, environment, baseUri, contextKind, variation } = options;
  const words = ['maintenance-mode', 'off', '-f', flag];
  if (user !== undefined) words.push('-u', user);
  if (contextKind !== 'user') words.push('--context-kind', contextKind);
  if (variation !== undefined) words.push('--variation', variation);
  if (project !== 'default') words.push('--project', project);
  if (environment !== undefined) words.push('--environment', environment);
  if (baseUri !== 'https://app.launchdarkly.com') words.push('--base-uri', baseUri);
  return words.map(quoteForShell).join(' ');
}
