import { Command } from 'commander';
import { expect, it, vi } from 'vitest';

import {
  addSwitchOptions,
  openSwitch,
  parseInstant,
  parseUser,
  type SwitchOptions,
} from '../../src/cli/options.js';
import type { Terminal } from '../../src/cli/Terminal.js';

function parse(args: readonly string[], env: Record<string, string> = {}): Record<string, unknown> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const command = addSwitchOptions(new Command('on').option('-u, --user <key>', 'a user', parseUser));
  const quiet = command.exitOverride().configureOutput({ writeErr() {} });
  try {
    return quiet.parse(args, { from: 'user' }).opts();
  } finally {
    vi.unstubAllEnvs();
  }
}

it.each([
  ['LD_PROJECT', 'project', 'default'],
  ['LD_ENVIRONMENT', 'environment', undefined],
  ['LD_BASE_URI', 'baseUri', 'https://app.launchdarkly.com'],
  ['MAINTENANCE_SWITCH', 'switch', undefined],
])(
  'an empty variable %s counts as one that is not set, and carriage returns and quotation marks do not count',
  (name, option, usual) => {
    expect(parse([], { [name]: '' })[option]).toBe(usual);
    expect(parse([], { [name]: ' \r' })[option]).toBe(usual);
    expect(parse([], { [name]: 'shop\r' })[option]).toBe('shop');
    expect(parse([], { [name]: '"shop"\r' })[option]).toBe('shop');
  },
);

it.each([
  [['-u', 'ann', '-u', 'bob'], /only once, and "ann" is there already/],
  [['-f', 'search', '--flag=site'], /only once, and "search" is there already/],
  [['-f', 'search\r'], /begins or ends with a blank or an invisible character \(U\+000D\)/],
])('refuses %j', (args, message) => {
  expect(() => parse(args)).toThrow(message);
});

it.each([
  ['2026-12-01T14:00:05+0100', { at: Date.UTC(2026, 11, 1, 13, 0, 5) }],
  ['2026-12-01 14:00:05+01:00', { at: Date.UTC(2026, 11, 1, 13, 0, 5) }],
  ['2026-12-01T14:00-0330', { at: Date.UTC(2026, 11, 1, 17, 30) }],
  ['+1h30m', { afterMs: 5_400_000 }],
  ['+2d', { afterMs: 172_800_000 }],
])('reads the time %s, as the command date or a person writes it', (text, expected) => {
  expect(parseInstant(text)).toEqual(expected);
});

it.each(['+90', '+1h30', '2026-12-01 14:00', '2026-02-30T14:00+0100', '2026-12-01'])(
  'refuses the time %s',
  (text) => {
    expect(() => parseInstant(text)).toThrow(/must be a time with its zone/);
  },
);

it('reads an access token that a file of variables has in quotation marks', async () => {
  const options = parse(['-f', 'search', '--environment', 'local']) as unknown as SwitchOptions;
  // Only the environment is asked for.
  const terminal = { env: { LD_ACCESS_TOKEN: '"api-0123456789"\r' } } as unknown as Terminal;

  const { flagSwitch } = await openSwitch(options, new Command(), terminal);

  expect(flagSwitch.secrets).toEqual(['api-0123456789']);
});
