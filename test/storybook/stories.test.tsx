import { composeStories, setProjectAnnotations } from '@storybook/react-vite';
import { act, cleanup, render, screen } from '@testing-library/react';
import { MaintenancePage } from 'react-maintenance-mode';
import { de } from 'react-maintenance-mode/locales/de';
import * as maintenance from 'react-maintenance-mode/storybook/preview';
import { useStoryMaintenance, type MaintenanceParameters } from 'react-maintenance-mode/storybook';
import { afterEach, describe, expect, it } from 'vitest';
import preview from '../e2e/storybook/preview.js';
import * as shopStories from '../e2e/storybook/Shop.stories.js';

setProjectAnnotations([maintenance, preview]);
const { Open, SearchIsDown, Closing } = composeStories(shopStories);
type Story = typeof Open;

afterEach(cleanup);

/** Runs a story as Storybook does, with what its toolbar and its panel say. */
async function run(
  story: Story,
  globals: object = {},
  parameters: MaintenanceParameters = {},
): Promise<void> {
  const merged = { ...(story.parameters['maintenance'] as MaintenanceParameters), ...parameters };
  await story.run({
    globals: { ...maintenance.initialGlobals, ...globals },
    parameters: { ...story.parameters, maintenance: merged },
  });
}

const shown = (): string => document.body.textContent ?? '';

describe('a story', () => {
  it('is open as long as nobody says otherwise, also where a flag says that a feature is on', async () => {
    await run(Open);

    expect(screen.getByLabelText('Search')).toBeTruthy();
    expect(screen.getByLabelText('Comment')).toBeTruthy();
  });

  it('starts with what it says is in maintenance', async () => {
    await run(SearchIsDown);

    expect(shown()).toContain('Search is unavailable');
    expect(screen.queryByLabelText('Search')).toBeNull();
    expect(screen.getByLabelText('Comment')).toBeTruthy();
  });

  it('plays the operator, and keeps what was half typed', async () => {
    await run(Closing);

    expect(screen.getByLabelText<HTMLInputElement>('Search').value).toBe('half typ');
  });

  it('is rendered by tests that leave out what comes before it', () => {
    render(<SearchIsDown />);

    expect(shown()).toContain('Search is unavailable');
  });

  it('stands still at its own time, in UTC', async () => {
    const inMaintenance = { search: { endsAt: '2026-11-23T15:30:00Z' } };

    await run(Open, {}, { now: '2026-11-23T14:20:00Z', locale: 'en-GB', inMaintenance });

    expect(shown()).toContain('until 15:30 UTC (in 70 minutes)');
  });

  it('speaks the language of the toolbar, in the texts that there are', async () => {
    await run(SearchIsDown, { locale: 'de' }, { messages: { de } });

    expect(shown()).toContain('Search ist nicht verfügbar');
  });
});

describe('the toolbar', () => {
  it('is about the features that a story names', async () => {
    await run(SearchIsDown, { maintenance: 'none' });
    expect(screen.getByLabelText('Search')).toBeTruthy();

    await run(SearchIsDown, { maintenance: 'overdue' });
    expect(shown()).toContain('Search is unavailable');
    expect(screen.getByLabelText('Comment')).toBeTruthy();
  });

  it('is about all features of a story that names none, but not about the site', async () => {
    const { OnAPage } = composeStories({
      default: shopStories.default,
      OnAPage: {
        render: () => <MaintenancePage feature="site">{shopStories.default.render()}</MaintenancePage>,
      },
    });

    await run(OnAPage as Story, { maintenance: 'down' });

    expect(shown()).toContain('Search is unavailable');
    expect(shown()).toContain('Comments are unavailable');
  });

  it('moves the clock', async () => {
    const parameters = {
      now: '2026-11-23T14:20:00Z',
      inMaintenance: { search: { endsAt: '2026-11-23T15:30:00Z' } },
    };

    await run(Open, { maintenanceClock: 60 }, parameters);
    expect(shown()).toContain('in 10 minutes');

    await run(Open, { maintenanceClock: 120 }, parameters);
    expect(shown()).toContain('longer than planned');
  });

  it('leaves alone what nobody can choose', async () => {
    await run(SearchIsDown, { maintenance: 'upside down' });

    expect(shown()).toContain('Search is unavailable');
  });
});

it('the panel is about one feature', async () => {
  await run(Open, { maintenance: { comments: 'down' } });

  expect(screen.getByLabelText('Search')).toBeTruthy();
  expect(shown()).toContain('Comments are unavailable');
});

it('what was chosen for a feature is nothing to a story of an app without it', async () => {
  await run(Open, { maintenance: { invoices: 'down', search: 'down' } });

  expect(shown()).toContain('Search is unavailable');
});

it.each([
  [{ now: 'half past two' }, /now is "half past two"\. It must be an instant.*#invalid-option/],
  [{ inMaintenance: { serach: true } }, /no feature "serach"\. Defined are: site, search, comments\./],
])('%o is refused in words', async (parameters, words) => {
  await expect(run(Open, {}, parameters)).rejects.toThrow(words);
});

describe('useStoryMaintenance', () => {
  it('is the operator for what a story renders', async () => {
    const Operator = () => {
      const operator = useStoryMaintenance();
      return (
        <button type="button" onClick={() => operator.start('search')}>
          Reindex
        </button>
      );
    };
    const { WithOperator } = composeStories({
      default: shopStories.default,
      WithOperator: {
        render: () => (
          <>
            <Operator />
            {shopStories.default.render()}
          </>
        ),
      },
    });
    await run(WithOperator as Story);

    act(() => screen.getByRole('button').click());

    expect(shown()).toContain('Search is unavailable');
  });

  it('says what is missing outside of Storybook', () => {
    const Stray = () => <>{useStoryMaintenance().listenerCount()}</>;

    expect(() => render(<Stray />)).toThrow(/among the addons of Storybook\?.*#no-provider/);
  });
});
