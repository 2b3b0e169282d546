import { describe, expect, it, vi } from 'vitest';

import { SwitchError } from '../../src/switch/FlagSwitch.js';
import { runGuard } from '../../src/cli/runGuard.js';
import {
  fakeCollaborators,
  fakeSwitch,
  plan,
  siteFlag,
  unauthorized,
  unreachable,
  userFlag,
} from './fakeGuard.js';

const stillOn = /Maintenance is still on for "bob"\. To end it: maintenance-mode off -f search -u bob$/;

describe('the course of a guard', () => {
  it('G6 turns on, proves, runs the command and turns off, in this order', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, runChild, steps } = fakeCollaborators(flagSwitch);
    runChild.mockImplementation(async () => {
      expect(flagSwitch.state().held).toContain('bob');
      expect(flagSwitch.serves).toHaveBeenCalledWith('bob');
      return { code: 0 };
    });

    expect(await runGuard(plan, collaborators)).toEqual({ code: 0, result: 'done' });
    expect(flagSwitch.state().held).not.toContain('bob');
    expect(steps).toEqual(['holding', 'running', 'ran', 'done']);
  });

  it.each([
    ['lets the user in', { release: ['bob'] }],
    ['turns off the flag', { everyone: false }],
  ])('says that somebody else %s while the command runs', async (_what, change) => {
    const flagSwitch = fakeSwitch();
    const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);
    runChild.mockImplementation(async () => {
      await flagSwitch.change({ ...change, comment: 'by somebody else' });
      return { code: 0 };
    });

    const outcome = await runGuard({ ...plan, checksEnd: true }, collaborators);

    expect(outcome).toEqual({ code: 0, result: 'done' });
    expect(said).toEqual([expect.stringMatching(/^Somebody else ended maintenance for "bob"/)]);
  });

  it('says nothing of the kind when nobody else ended maintenance, or when it is not known', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);

    await runGuard({ ...plan, checksEnd: true }, collaborators);
    runChild.mockImplementation(async () => {
      vi.mocked(flagSwitch.read).mockRejectedValueOnce(unreachable);
      return { code: 0 };
    });
    await runGuard({ ...plan, checksEnd: true }, collaborators);

    expect(said).toEqual([]);
  });

  it('G5 appends the user as the last argument', async () => {
    const { collaborators, runChild } = fakeCollaborators(fakeSwitch());

    await runGuard(plan, collaborators);

    expect(runChild.mock.calls[0]?.[0]).toEqual(['job', '--user', 'bob']);
  });

  it('G5 appends nothing for everyone, and G7 uses the kill switch', async () => {
    const flagSwitch = fakeSwitch(siteFlag);
    const { collaborators, runChild } = fakeCollaborators(flagSwitch);
    runChild.mockImplementation(async () => {
      expect(flagSwitch.state().on).toBe(true);
      return { code: 0 };
    });

    const outcome = await runGuard({ ...plan, user: undefined }, collaborators);

    expect(outcome.result).toBe('done');
    expect(runChild.mock.calls[0]?.[0]).toEqual(['job', '--user']);
    expect(flagSwitch.state().on).toBe(false);
  });

  it('G10 leaves maintenance on after a failure, and ends with the code of the command', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, runChild, said, steps } = fakeCollaborators(flagSwitch);
    runChild.mockResolvedValue({ code: 3 });

    expect(await runGuard(plan, collaborators)).toEqual({ code: 3, result: 'held' });
    expect(flagSwitch.state().held).toContain('bob');
    expect(said.at(-1)).toMatch(/failed with exit code 3/);
    expect(said.at(-1)).toMatch(stillOn);
    expect(steps.at(-1)).toBe('failed');
  });

  it('turns off after an exit code that means that nothing was done, and keeps the code', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, runChild, steps } = fakeCollaborators(flagSwitch);
    runChild.mockResolvedValue({ code: 75 });

    expect(await runGuard(plan, collaborators)).toEqual({ code: 75, result: 'undone' });
    expect(flagSwitch.state().held).not.toContain('bob');
    expect(steps.at(-1)).toBe('undone');
  });

  it('leaves maintenance on after a timeout', async () => {
    const { collaborators, runChild, said } = fakeCollaborators(fakeSwitch());
    runChild.mockResolvedValue({ code: 0, ended: 'timeout' });

    expect(await runGuard({ ...plan, timeoutMs: 2000 }, collaborators)).toEqual({
      code: 124,
      result: 'held',
    });
    expect(said.at(-1)).toMatch(/longer than 2 s/);
  });

  it('leaves maintenance on when the command cannot be started', async () => {
    const { collaborators, runChild, said } = fakeCollaborators(fakeSwitch());
    runChild.mockRejectedValue(new Error('spawn E2BIG'));

    expect(await runGuard(plan, collaborators)).toEqual({ code: 126, result: 'held' });
    expect(said.join()).toMatch(/E2BIG/);
  });

  it('verifies before it turns off, with the user as the last argument', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);
    runChild.mockResolvedValueOnce({ code: 0 }).mockResolvedValueOnce({ code: 1 });

    const outcome = await runGuard({ ...plan, verify: 'check' }, collaborators);

    expect(outcome).toEqual({ code: 125, result: 'held' });
    expect(runChild.mock.calls[1]?.[0]).toEqual(['sh', '-c', 'check "$@"', 'sh', 'bob']);
    expect(flagSwitch.state().held).toContain('bob');
    expect(said.at(-1)).toMatch(/--verify failed with exit code 1/);
  });

  it('waits between the proof and the command', async () => {
    const { collaborators, runChild } = fakeCollaborators(fakeSwitch());
    runChild.mockImplementation(async () => {
      expect(collaborators.now()).toBe(5000);
      return { code: 0 };
    });

    expect((await runGuard({ ...plan, settleMs: 5000 }, collaborators)).result).toBe('done');
  });

  it('only ends maintenance when the command succeeded in an earlier run', async () => {
    const flagSwitch = fakeSwitch({ ...userFlag, held: new Set(['bob']) });
    const { collaborators, runChild } = fakeCollaborators(flagSwitch);

    expect((await runGuard(plan, collaborators, 'ran')).result).toBe('done');
    expect(runChild).not.toHaveBeenCalled();
    expect(flagSwitch.state().held).not.toContain('bob');
  });
});

describe('what goes wrong before the command', () => {
  it('G11 does not run the command when the flag cannot be read', async () => {
    const flagSwitch = fakeSwitch();
    vi.mocked(flagSwitch.read).mockRejectedValue(unauthorized);
    const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);

    expect(await runGuard(plan, collaborators)).toMatchObject({ code: 120, result: 'undone' });
    expect(runChild).not.toHaveBeenCalled();
    expect(flagSwitch.change).not.toHaveBeenCalled();
    expect(said.at(-1)).toMatch(/Wrong token.*was not run/);
  });

  it('G11 does not run the command when turning on is refused', async () => {
    const flagSwitch = fakeSwitch();
    vi.mocked(flagSwitch.change).mockRejectedValue(unauthorized);
    const { collaborators, runChild } = fakeCollaborators(flagSwitch);

    expect(await runGuard(plan, collaborators)).toMatchObject({ code: 120, result: 'undone' });
    expect(runChild).not.toHaveBeenCalled();
  });

  it('continues when only the answer to turning on was lost', async () => {
    const flagSwitch = fakeSwitch();
    const change = vi.mocked(flagSwitch.change).getMockImplementation();
    vi.mocked(flagSwitch.change).mockImplementationOnce(async (wanted) => {
      await change?.(wanted);
      throw unreachable;
    });
    const { collaborators } = fakeCollaborators(flagSwitch);

    expect(await runGuard(plan, collaborators)).toEqual({ code: 0, result: 'done' });
  });

  it('says that maintenance may be on when that is unknown', async () => {
    const flagSwitch = fakeSwitch();
    vi.mocked(flagSwitch.change).mockRejectedValue(unreachable);
    const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);

    expect(await runGuard(plan, collaborators)).toMatchObject({ code: 120, result: 'held' });
    expect(runChild).not.toHaveBeenCalled();
    expect(said.at(-1)).toMatch(/may come on anyway.*maintenance-mode off/);
  });

  it('does not claim maintenance that somebody else turned on at the same time', async () => {
    const flagSwitch = fakeSwitch();
    const change = vi.mocked(flagSwitch.change).getMockImplementation();
    vi.mocked(flagSwitch.change).mockImplementationOnce(async (wanted) => {
      await change?.(wanted);
      throw new SwitchError('conflict', 'Another change.');
    });
    const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);

    expect(await runGuard(plan, collaborators)).toMatchObject({ code: 120, result: 'undone' });
    expect(runChild).not.toHaveBeenCalled();
    expect(flagSwitch.state().held).toContain('bob');
    expect(said.at(-1)).toMatch(/Somebody else turned it on/);
  });

  it.each([
    ['serves something else', async () => false, /serves something else/],
    ['does not answer', () => Promise.reject(unreachable), /No answer/],
  ])(
    'leaves maintenance on without proof when the service %s until the time is up',
    async (_what, serves, reason) => {
      const flagSwitch = fakeSwitch();
      vi.mocked(flagSwitch.serves).mockImplementation(serves);
      const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);

      expect(await runGuard(plan, collaborators)).toEqual({ code: 121, result: 'held' });
      expect(runChild).not.toHaveBeenCalled();
      expect(collaborators.now()).toBe(1000);
      expect(said.at(-1)).toMatch(reason);
      expect(said.at(-1)).toMatch(stillOn);
    },
  );

  it('asks until the service serves maintenance', async () => {
    const flagSwitch = fakeSwitch();
    vi.mocked(flagSwitch.serves).mockResolvedValueOnce(false).mockRejectedValueOnce(unreachable);
    const { collaborators } = fakeCollaborators(flagSwitch);

    expect((await runGuard(plan, collaborators)).result).toBe('done');
  });

  it('does not ask again after a permanent refusal', async () => {
    const flagSwitch = fakeSwitch();
    vi.mocked(flagSwitch.serves).mockRejectedValue(unauthorized);
    const { collaborators } = fakeCollaborators(flagSwitch);

    expect((await runGuard(plan, collaborators)).code).toBe(121);
    expect(flagSwitch.serves).toHaveBeenCalledTimes(1);
  });
});

describe('the row "turning off fails"', () => {
  it('tries longer than turning on, and then says how to do it by hand', async () => {
    const flagSwitch = fakeSwitch({ ...userFlag, held: new Set(['bob']) });
    vi.mocked(flagSwitch.change).mockRejectedValue(unreachable);
    const { collaborators, said } = fakeCollaborators(flagSwitch);

    expect(await runGuard(plan, collaborators, 'ran')).toEqual({ code: 122, result: 'held' });
    expect(flagSwitch.change).toHaveBeenCalledTimes(5);
    expect(said.at(-1)).toMatch(stillOn);
  });

  it('is a success when maintenance is off, despite an error in the answer', async () => {
    const flagSwitch = fakeSwitch();
    vi.mocked(flagSwitch.change).mockRejectedValue(unreachable);
    const { collaborators } = fakeCollaborators(flagSwitch);

    expect(await runGuard(plan, collaborators, 'ran')).toEqual({ code: 0, result: 'done' });
  });
});

describe('an interruption', () => {
  it('before any change changes nothing', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, interruption, said } = fakeCollaborators(flagSwitch);
    interruption.abort('SIGTERM');

    expect(await runGuard(plan, collaborators)).toEqual({
      code: 143,
      result: 'undone',
      message: expect.any(String),
    });
    expect(flagSwitch.change).not.toHaveBeenCalled();
    expect(said).toEqual(['Stopped by SIGTERM. Nothing was changed.']);
  });

  it('while maintenance is proven leaves it on, and does not run the command', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, interruption, runChild, said } = fakeCollaborators(flagSwitch);
    vi.mocked(flagSwitch.serves).mockImplementation(async () => {
      interruption.abort('SIGINT');
      return true;
    });

    expect(await runGuard(plan, collaborators)).toEqual({ code: 130, result: 'held' });
    expect(runChild).not.toHaveBeenCalled();
    expect(said.at(-1)).toMatch(stillOn);
  });

  it('while the command runs leaves maintenance on, even if the command succeeds', async () => {
    const flagSwitch = fakeSwitch();
    const { collaborators, interruption, runChild, steps } = fakeCollaborators(flagSwitch);
    runChild.mockImplementation(async () => {
      interruption.abort('SIGHUP');
      return { code: 0, ended: 'signal' };
    });

    expect(await runGuard(plan, collaborators)).toEqual({ code: 129, result: 'held' });
    expect(flagSwitch.state().held).toContain('bob');
    expect(steps.at(-1)).toBe('failed');
  });
});

describe('a journal that cannot be written', () => {
  it.each([
    ['holding', 'undone', /Nothing was changed/, 0],
    ['running', 'held', stillOn, 0],
    ['ran', 'held', stillOn, 1],
  ])('at the step "%s" stops the guard: %s', async (failing, result, message, runs) => {
    const { collaborators, runChild, said } = fakeCollaborators(fakeSwitch());
    const record = async (step: string): Promise<void> => {
      if (step === failing) throw new Error('The journal cannot be written.');
    };

    expect(await runGuard(plan, { ...collaborators, record })).toEqual({ code: 1, result, befallsAll: true });
    expect(runChild).toHaveBeenCalledTimes(runs);
    expect(said.at(-1)).toMatch(message);
  });
});
