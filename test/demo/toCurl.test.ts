import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

import { toCurl } from '../../demo/operator/toCurl.js';

it('writes a command that a shell parses back into the same request', () => {
  const body = {
    environmentKey: 'local',
    comment: "Search down for Bob: it's $HOME \\ `now`",
    instructions: [
      { kind: 'updateVariation', variationId: 'a'.repeat(36), value: { mode: 'down', message: '“–”' } },
      { kind: 'addTargets', contextKind: 'user', variationId: 'b'.repeat(36), values: ['bob'] },
    ],
  };

  const command = toCurl('http://127.0.0.1:4401', 'search-maintenance', body);
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const output = execFileSync('sh', ['-c', script], { env: { LD_ACCESS_TOKEN: 'secret' }, encoding: 'utf8' });
  const [, method, url, , authorization, , contentType, , data = ''] = output.split('\0');

  expect([method, url]).toEqual(['PATCH', 'http://127.0.0.1:4401/api/v2/flags/default/search-maintenance']);
  expect(authorization).toBe('Authorization: secret');
  expect(contentType).toBe('Content-Type: application/json; domain-model=launchdarkly.semanticpatch');
  expect(JSON.parse(data)).toEqual(body);
});
