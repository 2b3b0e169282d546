import type * as fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';

import { lockFile } from '../../src/cli/locks.js';

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return {
    ...original,
    linkSync(from: string, to: string) {
      original.linkSync(from, to);
      throw Object.assign(new Error('EEXIST: file already exists, link'), { code: 'EEXIST' });
    },
  };
});

it('takes a lock on NFS, where a link may be reported as existing because the request was sent twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lock-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));

  const lock = lockFile(join(folder, 'it.lock'));

  expect(() => lockFile(join(folder, 'it.lock'))).toThrow(/has been at work since/);
  lock.release();
});
