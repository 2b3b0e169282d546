import {
  interpretFlag,
  type FlagProblem,
  type InterpretedFeature,
  type MaintenanceError,
  type MaintenanceWindow,
} from 'react-maintenance-mode/core';
import { describe, expect, it } from 'vitest';

const search: InterpretedFeature = { flag: 'search-m', mode: 'read-only' };
const noon = Date.UTC(2026, 10, 23, 12);

function interpret(
  value: unknown,
  feature: InterpretedFeature = search,
): { window: MaintenanceWindow | null; problems: (Partial<FlagProblem> | undefined)[] } {
  const problems: (Partial<FlagProblem> | undefined)[] = [];
  return { window: interpretFlag(value, feature, ({ problem }) => problems.push(problem)), problems };
}

describe('interpretFlag', () => {
  it.each([[false], [null], [undefined], ['off'], [''], [0], [Number.NaN]])(
    'takes %j for no maintenance',
    (value) => {
      expect(interpret(value)).toEqual({ window: null, problems: [] });
    },
  );

  it.each([[true], ['on']])('reads %j as maintenance in the mode of the feature', (value) => {
    expect(interpret(value)).toEqual({ window: { id: 'search-m', mode: 'read-only' }, problems: [] });
    expect(interpret(value, { flag: 'search-m' }).window).toEqual({ id: 'search-m', mode: 'down' });
  });

  it.each(['degraded', 'read-only', 'down'])('reads %j as that mode', (mode) => {
    expect(interpret(mode)).toEqual({ window: { id: 'search-m', mode }, problems: [] });
  });

  it('reads an empty object as maintenance in the mode of the feature', () => {
    expect(interpret({})).toEqual({ window: { id: 'search-m', mode: 'read-only' }, problems: [] });
  });

  it('keeps every part of an object, with instants as epoch milliseconds', () => {
    const value = {
      $schema: './flag.schema.json',
      mode: 'degraded',
      title: 'Search is slow',
      message: { en: 'Back soon', 'pt-BR': 'Já volta' },
      startsAt: '2026-11-23T13:00+01:00',
      endsAt: noon + 3_600_000,
      announceFrom: '2026-11-23T11:59:59.5Z',
      endsAutomatically: true,
      link: { href: 'https://status.example.com', text: 'Status', rel: 'ignored' },
      reopenOverSeconds: 60,
      id: 'reindexing',
    };

    expect(interpret(value)).toEqual({
      window: {
        id: 'reindexing',
        mode: 'degraded',
        title: 'Search is slow',
        message: { en: 'Back soon', 'pt-BR': 'Já volta' },
        startsAt: noon,
        endsAt: noon + 3_600_000,
        announceFrom: noon - 500,
        endsAutomatically: true,
        link: { href: 'https://status.example.com', text: 'Status' },
        reopenOverSeconds: 60,
      },
      problems: [],
    });
  });

  it('identifies a window by its flag and its start, if it has one', () => {
    expect(interpret({ startsAt: noon }).window?.id).toBe(`search-m@${noon}`);
    expect(interpret({ endsAt: noon }).window?.id).toBe('search-m');
  });

  it('treats null as a missing part', () => {
    expect(
      interpret({ mode: null, title: null, startsAt: null, link: null, reopenOverSeconds: null }),
    ).toEqual({
      window: { id: 'search-m', mode: 'read-only' },
      problems: [],
    });
  });

  it('reads the mode "off" in any object as no maintenance', () => {
    expect(interpret({ mode: 'off', title: 'Kept for the next time' })).toEqual({
      window: null,
      problems: [],
    });
  });

  it('inverts a flag that means "enabled", but not an object or a mode', () => {
    const enabled: InterpretedFeature = { flag: 'search-enabled', maintenanceWhen: 'off' };

    expect(interpret(true, enabled).window).toBeNull();
    expect(interpret('on', enabled).window).toBeNull();
    expect(interpret(false, enabled).window).toEqual({ id: 'search-enabled', mode: 'down' });
    expect(interpret('off', enabled).window).toEqual({ id: 'search-enabled', mode: 'down' });
    expect(interpret(undefined, enabled).window).toBeNull();
    expect(interpret(null, enabled).window).toBeNull();
    expect(interpret('degraded', enabled).window).toEqual({ id: 'search-enabled', mode: 'degraded' });
    expect(interpret({ mode: 'off' }, enabled).window).toBeNull();
  });

  it.each([[1], ['true'], ['OFF'], ['maintenance'], [['down']], [[]], [7n], [Symbol('on')], [() => false]])(
    'takes %s, which makes no sense, for maintenance in the mode of the feature, and says so',
    (value) => {
      const { window, problems } = interpret(value);

      expect(window).toEqual({ id: 'search-m', mode: 'read-only' });
      expect(problems).toEqual([
        {
          flag: 'search-m',
          path: '',
          expected: 'true, false, "on", "off", "degraded", "read-only", "down", an object or its JSON text',
          found: expect.any(String),
        },
      ]);
    },
  );

  it.each([
    ['compact', '{"mode":"read-only","title":"Moving"}'],
    ['with white space around it', ' \n\t{ "mode": "read-only",\r\n "title": "Moving" }\n'],
    ['with escapes', '{"mode":"read-only","title":"M\\u006fving"}'],
  ])('reads a text that contains a JSON object as that object: %s', (_what, text) => {
    expect(interpret(text)).toEqual({
      window: { id: 'search-m', mode: 'read-only', title: 'Moving' },
      problems: [],
    });
  });

  it('reads "off", an empty object and an inverted flag in a text as in an object', () => {
    expect(interpret('{"mode":"off","title":"Kept"}')).toEqual({ window: null, problems: [] });
    expect(interpret('{}')).toEqual(interpret({}));
    expect(
      interpret('{"mode":"degraded"}', { flag: 'search-enabled', maintenanceWhen: 'off' }).window,
    ).toEqual({
      id: 'search-enabled',
      mode: 'degraded',
    });
  });

  it('drops the invalid parts of an object in a text, with their paths', () => {
    const { window, problems } = interpret(
      '{"mode":"degraded","endsAt":"soon","link":{"href":"javascript:1","text":"x"}}',
    );

    expect(window).toEqual({ id: 'search-m', mode: 'degraded' });
    expect(problems.map((problem) => problem?.path)).toEqual(['endsAt', 'link']);
  });

  it.each([
    ['an object that does not end', '{"mode":"read-only"'],
    ['an object and more', '{"mode":"read-only"} {}'],
    ['no JSON', "{mode: 'read-only'}"],
    ['a comma too many', '{"mode":"read-only",}'],
    ['a list', '[{"mode":"read-only"}]'],
    ['the JSON of a text', '"read-only"'],
    ['the text of the text of an object', JSON.stringify('{"mode":"read-only"}')],
    ['an object that is too long', `{"mode":"read-only"}${' '.repeat(65_536)}`],
  ])('treats a text with %s as an invalid value, and reports it once', (_what, text) => {
    const { window, problems } = interpret(text, { flag: 'search-m', mode: 'degraded' });

    expect(window).toEqual({ id: 'search-m', mode: 'degraded' });
    expect(problems).toEqual([
      {
        flag: 'search-m',
        path: '',
        expected: expect.stringContaining('its JSON text'),
        found: expect.any(String),
      },
    ]);
  });

  it('survives a text that nests as deeply as its length allows', () => {
    const depth = 6000;
    const { window, problems } = interpret(`${'{"title":'.repeat(depth)}1${'}'.repeat(depth)}`);

    expect(window).toEqual({ id: 'search-m', mode: 'read-only' });
    expect(new Set(problems.map((problem) => problem?.path))).toEqual(new Set(['title', 'title.title']));
  });

  it('has a message with the flag, the path, what was found and expected, and where to read more', () => {
    const errors: MaintenanceError[] = [];

    interpretFlag({ endsAt: 'soon' }, search, (error) => errors.push(error));

    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      [
        'invalid-flag-value',
        '[react-maintenance-mode] "endsAt" in flag "search-m" is "soon"; ' +
          'expected an ISO 8601 instant with a zone, or epoch milliseconds. ' +
          'See node_modules/react-maintenance-mode/ERRORS.md#invalid-flag-value',
      ],
    ]);
  });

  it.each([
    ['a mode that is none', { mode: 'of' }, 'mode', '"of"'],
    ['a list as mode', { mode: ['down'] }, 'mode', '["down"]'],
    ['a title that is no text', { title: 7 }, 'title', '7'],
    ['an empty message', { message: '' }, 'message', '""'],
    ['a list as message', { message: [] }, 'message', '[]'],
    ['a day that does not exist', { startsAt: '2026-02-30T00:00:00Z' }, 'startsAt', '"2026-02-30T00:00:00Z"'],
    ['29 February of a common year', { endsAt: '2027-02-29T00:00Z' }, 'endsAt', '"2027-02-29T00:00Z"'],
    ['an hour that does not exist', { endsAt: '2026-11-23T24:00Z' }, 'endsAt', '"2026-11-23T24:00Z"'],
    ['a time without a zone', { endsAt: '2026-11-23T12:00:00' }, 'endsAt', '"2026-11-23T12:00:00"'],
    ['a day without a time', { endsAt: '2026-11-23' }, 'endsAt', '"2026-11-23"'],
    ['seconds for milliseconds', { endsAt: noon / 1000 }, 'endsAt', String(noon / 1000)],
    ['half a millisecond', { endsAt: noon + 0.5 }, 'endsAt', `${noon}.5`],
    ['no number', { endsAt: Number.NaN }, 'endsAt', 'NaN'],
    ['an instant that no clock shows', { endsAt: 8.7e15 }, 'endsAt', '8700000000000000'],
    ['a date object', { announceFrom: new Date(noon) }, 'announceFrom', '"2026-11-23T12:00:00.000Z"'],
    ['a word for a choice', { endsAutomatically: 'yes' }, 'endsAutomatically', '"yes"'],
    ['a negative duration', { reopenOverSeconds: -1 }, 'reopenOverSeconds', '-1'],
    ['more than a day', { reopenOverSeconds: 86_401 }, 'reopenOverSeconds', '86401'],
    ['an empty identifier', { id: '' }, 'id', '""'],
    ['a part that does not exist', { endAt: noon }, 'endAt', String(noon)],
    ['a link without a text', { link: { href: '/status' } }, 'link', '{"href":"/status"}'],
    ['a link that is a text', { link: 'https://example.com' }, 'link', '"https://example.com"'],
  ])('drops %s, reports it, and keeps the rest', (_what, bad, path, found) => {
    const { window, problems } = interpret({ mode: 'degraded', ...bad });

    expect(window).toEqual({ id: 'search-m', mode: 'mode' in bad ? 'read-only' : 'degraded' });
    expect(problems).toEqual([{ flag: 'search-m', path, expected: expect.stringMatching(/\w/), found }]);
  });

  it('drops an end that is not after the start, and keeps the start', () => {
    const { window, problems } = interpret({ startsAt: noon, endsAt: noon });

    expect(window).toEqual({ id: `search-m@${noon}`, mode: 'read-only', startsAt: noon });
    expect(problems).toEqual([
      {
        flag: 'search-m',
        path: 'endsAt',
        expected: 'an instant after startsAt',
        found: '"2026-11-23T12:00:00.000Z"',
      },
    ]);
  });

  it('drops one of several texts, and reports its locale', () => {
    const { window, problems } = interpret({ title: { en: 'Search', fr: 5, en_US: 'x' } });

    expect(window?.title).toEqual({ en: 'Search' });
    expect(problems.map((problem) => [problem?.path, problem?.found])).toEqual([
      ['title.fr', '5'],
      ['title.en_US', '"en_US"'],
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.com/x',
    '/\\example.com',
    'https://example.com/a b',
    '',
  ])('drops a link to %j', (href) => {
    const { window, problems } = interpret({ link: { href, text: 'Status' } });

    expect(window?.link).toBeUndefined();
    expect(problems.map((problem) => problem?.path)).toEqual(['link']);
  });

  it.each([
    'https://a.example',
    'http://a.example',
    'mailto:ops@example.com',
    'tel:+4930',
    '/a',
    './a',
    '../a',
    '?a',
    '#a',
  ])('keeps a link to %j', (href) => {
    expect(interpret({ link: { href, text: 'Status' } })).toMatchObject({
      window: { link: { href, text: 'Status' } },
      problems: [],
    });
  });

  it('shortens the value in the message', () => {
    expect(interpret({ id: ['x'.repeat(1000)] }).problems[0]?.found).toHaveLength(80);
  });
});
