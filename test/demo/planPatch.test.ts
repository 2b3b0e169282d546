import { describe, expect, it } from 'vitest';

import {
  audienceOf,
  isTargeted,
  planEnd,
  planStart,
  planPerUserWork,
  type Audience,
} from '../../demo/operator/planPatch.js';
import { initialFlags } from '../../demo/server/prepareFlagFile.js';
import { applySemanticPatch } from '../../src/flag-server/applySemanticPatch.js';
import type { FlagConfig } from '../../src/flag-server/FlagConfig.js';
import { representFlag } from '../../src/flag-server/representFlag.js';

const value = { mode: 'down', message: 'Back soon.' };
const show = (flag: FlagConfig) => representFlag(flag, { created: 0, modified: 0 });

describe.each(['site-maintenance', 'search-maintenance'])('the patches for %s', (key) => {
  it.each([
    { steps: ['bob'], then: ['bob'] },
    { steps: ['everyone'], then: ['alice', 'bob'] },
    { steps: ['bob', 'alice'], then: ['alice', 'bob'] },
    { steps: ['bob', 'everyone'], then: ['alice', 'bob'] },
    { steps: ['everyone', 'bob'], then: ['alice', 'bob'] },
    { steps: ['everyone', 'end', 'bob'], then: ['bob'] },
    { steps: ['bob', 'everyone', 'end', 'alice'], then: ['alice'] },
    { steps: ['bob', 'end'], then: [] },
    { steps: ['everyone', 'end'], then: [] },
  ] satisfies { steps: (Audience | 'end')[]; then: string[] }[])(
    'leave $then in maintenance after $steps',
    ({ steps, then }) => {
      const flag = steps.reduce<FlagConfig>((flag, step) => {
        const shown = show(flag);
        return applySemanticPatch(flag, step === 'end' ? planEnd(shown) : planStart(shown, step, value));
      }, flagOf(key));

      expect(audienceOf(show(flag))).toEqual(then);
      expect(flag.variations).toEqual(['off', value]);
    },
  );

  it('do not put users back whom the flag still targets from before it was turned off', () => {
    const flag: FlagConfig = {
      ...flagOf(key),
      on: false,
      fallthrough: { variation: 1 },
      targets: [{ variation: 1, values: ['alice'] }],
    };

    const after = applySemanticPatch(flag, planStart(show(flag), 'bob', value));

    expect(audienceOf(show(after))).toEqual(['bob']);
  });

  it.each([
    { steps: [], then: [] },
    { steps: ['everyone', 'end'], then: [] },
    { steps: ['bob', 'everyone', 'end'], then: [] },
    { steps: ['bob'], then: ['bob'] },
    { steps: ['everyone'], then: ['alice', 'bob'] },
  ] satisfies { steps: (Audience | 'end')[]; then: string[] }[])(
    'make ready for one after another after $steps, and leave $then in maintenance',
    ({ steps, then }) => {
      const before = steps.reduce<FlagConfig>((flag, step) => {
        const shown = show(flag);
        return applySemanticPatch(flag, step === 'end' ? planEnd(shown) : planStart(shown, step, value));
      }, flagOf('search-maintenance'));

      const after = show(applySemanticPatch(before, planPerUserWork(show(before), value)));

      expect(audienceOf(after)).toEqual(then);
      expect(after.environments.local?.on).toBe(true);
      expect(isTargeted(after, 'bob')).toBe(steps.length === 1 && steps[0] === 'bob');
    },
  );

  it('end nothing when nobody is in maintenance', () => {
    expect(planEnd(show(flagOf(key)))).toEqual([]);
  });
});

function flagOf(key: string): FlagConfig {
  // The demo's own flags have the form that the server reads.
  return initialFlags().flags[key] as FlagConfig;
}
