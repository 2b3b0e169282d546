import { createElement as h, useState, useSyncExternalStore } from 'react';
import { addons, types, useGlobals, useParameter } from 'storybook/manager-api';
import { AddonPanel, Badge, Button, EmptyTabContent, Form } from 'storybook/internal/components';
import { styled } from 'storybook/theming';
import {
  type Announcement,
  exampleMaintenance,
  examples,
  phaseAndMode,
  type Example,
  segmentNames,
  timelineOf,
  type TimelineSegment,
} from '../devtools/panelData.js';
import {
  announcementsEvent,
  type MaintenanceGlobals,
  type MaintenanceParameters,
} from './StoryParameters.js';
import { type Feature, labelIn } from '../core/defineFeatures.js';
import { interpretFlag } from '../core/interpretFlag.js';

addons.register('react-maintenance-mode', (api) => {
  const log = createAnnouncementLog((onChange) => api.on(announcementsEvent, onChange));
  addons.add('react-maintenance-mode/panel', {
    type: types.PANEL,
    title: 'Maintenance',
    paramKey: 'maintenance',
    render: ({ active }) => (active ? h(MaintenancePanel, { log }) : null),
  });
});

function createAnnouncementLog(
  listen: (onChange: (announcements: readonly Announcement[]) => void) => void,
): AnnouncementLog {
  const listeners = new Set<() => void>();
  let announcements: readonly Announcement[] = [];
  listen((next) => {
    announcements = next;
    for (const listener of listeners) listener();
  });
  return {
    get: () => announcements,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The announcements that the panel shows. They are also collected while the panel is closed. */
interface AnnouncementLog {
  readonly get: () => readonly Announcement[];
  readonly subscribe: (listener: () => void) => () => void;
}

interface MaintenancePanelProps {
  readonly log: AnnouncementLog;
}

/**
 * Shows the maintenance of a story: each feature, the windows in time, and the announcements. It uses no JSX: the panel runs in Storybook's
 * own React, and JSX would use the runtime of the app.
 */
function MaintenancePanel({ log }: MaintenancePanelProps): React.JSX.Element {
  const [globals, updateGlobals] = useGlobals();
  const parameters = useParameter<MaintenanceParameters>('maintenance', {});
  const announcements = useSyncExternalStore(log.subscribe, log.get);
  const [opened] = useState(Date.now);
  const { maintenance = '', maintenanceClock = 0 }: MaintenanceGlobals = globals;
  const chosen: Readonly<Record<string, Example>> = typeof maintenance === 'string' ? {} : maintenance;
  const features = featuresOf(parameters);

  if (!features.length) {
    return h(EmptyTabContent, {
      title: 'No features yet',
      description: 'Name the features of your app under parameters.maintenance.features.',
    });
  }
  const now = parameters.now === undefined ? opened : new Date(parameters.now).getTime();
  const timeline = timelineOf(
    features.map((feature) => ({
      ...feature,
      window: interpretFlag(valueInStory(feature.key, parameters, maintenance, now), { flag: feature.key }),
    })),
    now,
  );
  const isChanged = maintenance !== '' || maintenanceClock !== 0;
  return h(AddonPanel, {
    active: true,
    children: h(
      Column,
      null,
      h(
        Section,
        { 'aria-label': 'Timeline' },
        h(TimelineChart, {
          timeline,
          minutes: maintenanceClock,
          time: formatTime(now + maintenanceClock * 60_000),
          onMove: (minutes) => updateGlobals({ maintenanceClock: minutes }),
        }),
        h(
          'div',
          null,
          h(
            Button,
            {
              size: 'small',
              variant: 'outline',
              // Storybook 9 ignores it.
              ...{ ariaLabel: false },
              disabled: !isChanged,
              onClick: () => updateGlobals({ maintenance: '', maintenanceClock: 0 }),
            },
            'Reset',
          ),
        ),
      ),
      h(
        Section,
        { 'aria-label': 'Features' },
        features.map(({ key, label }) =>
          h(
            Row,
            { key },
            h('span', null, label, ' ', chosen[key] && h(Badge, { status: 'warning' }, 'Override')),
            h(
              Form.Select,
              {
                'aria-label': label,
                size: 'flex',
                value: chosen[key] ?? '',
                onChange: (event: React.ChangeEvent<HTMLSelectElement>) =>
                  updateGlobals({ maintenance: withChoice(chosen, key, event.target.value) }),
              },
              h('option', { value: '' }, 'As the story says'),
              examples.map(([value, title]) => h('option', { key: value, value }, title)),
            ),
          ),
        ),
      ),
      h(
        Section,
        { 'aria-label': 'Announcements' },
        h(Title, null, 'Announcements'),
        announcements.length
          ? h(
              List,
              null,
              announcements.map(({ at, text }, index) =>
                h('li', { key: announcements.length - index }, `${formatTime(at)} ${text}`),
              ),
            )
          : h(Quiet, null, 'Nothing was announced yet. What holds when a story is opened is not announced.'),
      ),
    ),
  });
}

interface TimelineProps {
  readonly timeline: ReturnType<typeof timelineOf>;
  readonly minutes: number;
  readonly time: string;
  readonly onMove: (minutes: number) => void;
}

/** Shows the windows of the features in time, and a slider that moves the clock. */
function TimelineChart({ timeline: { min, max, rows }, minutes, time, onMove }: TimelineProps) {
  const share = Math.min(1, Math.max(0, (minutes - min) / (max - min)));
  const phases = (['scheduled', 'active', 'overdue', 'over'] as const).filter((phase) =>
    rows.some(({ segments }) => segments.some((segment) => segment.phase === phase)),
  );
  return h(
    Grid,
    null,
    h('label', { htmlFor: 'maintenance-clock' }, 'Clock'),
    h('span', null, time),
    h(Range, {
      id: 'maintenance-clock',
      type: 'range',
      min: Math.min(min, minutes),
      max: Math.max(max, minutes),
      step: 1,
      value: minutes,
      'aria-valuetext': time,
      onChange: (event: React.ChangeEvent<HTMLInputElement>) => onMove(event.target.valueAsNumber),
    }),
    rows.map(({ key, label, segments }) => [
      h('span', { key, 'aria-hidden': true }, label),
      h(
        Track,
        { key: `${key} track`, 'aria-hidden': true },
        segments.map(({ phase, from, to }) =>
          h(SegmentBar, {
            key: phase,
            phase,
            title: segmentNames[phase],
            style: { left: `${from * 100}%`, width: `${(to - from) * 100}%` },
          }),
        ),
        h(Hand, { style: { left: `${share * 100}%` } }),
      ),
    ]),
    phases.length > 0 &&
      h(
        Legend,
        { 'aria-hidden': true },
        phases.map((phase) =>
          h(
            'span',
            { key: phase },
            h(SegmentBar, { phase, style: { position: 'static', display: 'inline-block', width: 20 } }),
            ` ${segmentNames[phase]}`,
          ),
        ),
      ),
  );
}

function featuresOf({ features, inMaintenance }: MaintenanceParameters): { key: string; label: string }[] {
  const defined: Readonly<Record<string, Feature>> = features ?? {};
  return Object.keys({ ...features, ...inMaintenance }).map((key) => {
    const feature = defined[key];
    // A label that is a function is lost on its way to Storybook's manager.
    return { key, label: feature?.label ? labelIn(feature, 'en') : key };
  });
}

/** The value of a flag, where true means "in maintenance". */
function valueInStory(
  key: string,
  { inMaintenance = {} }: MaintenanceParameters,
  maintenance: NonNullable<MaintenanceGlobals['maintenance']>,
  now: number,
): unknown {
  const said: Readonly<Record<string, unknown>> = inMaintenance;
  const example = phaseAndMode(
    typeof maintenance === 'string' ? (key in said ? maintenance : '') : maintenance[key],
  );
  if (example) return exampleMaintenance(...example, now);
  // Storybook turns texts that look like dates into dates on their way to the manager.
  return said[key] === undefined ? undefined : JSON.parse(JSON.stringify(said[key]));
}

function withChoice(chosen: Readonly<Record<string, Example>>, key: string, choice: string): object | '' {
  const next = Object.entries({ ...chosen, [key]: choice }).filter(([, value]) => value !== '');
  return next.length ? Object.fromEntries(next) : '';
}

function formatTime(instant: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(instant);
}

const Column = styled.div(({ theme }) => ({
  display: 'grid',
  color: theme.color.defaultText,
  fontSize: theme.typography.size.s2,
}));

const Section = styled.section(({ theme }) => ({
  display: 'grid',
  gap: 10,
  padding: '16px 20px',
  borderBottom: `1px solid ${theme.appBorderColor}`,
}));

const Title = styled.h2(({ theme }) => ({ margin: 0, fontSize: theme.typography.size.s2 }));

const Quiet = styled.p(({ theme }) => ({ margin: 0, color: theme.textMutedColor }));

const Row = styled.div({
  display: 'grid',
  gridTemplateColumns: 'minmax(6rem, 14rem) minmax(8rem, 16rem)',
  gap: 12,
  alignItems: 'center',
});

const List = styled.ol({ display: 'grid', gap: 4, margin: 0, padding: 0, listStyle: 'none' });

const Grid = styled.div({
  display: 'grid',
  gridTemplateColumns: 'minmax(5rem, max-content) minmax(0, 40rem)',
  gap: '4px 16px',
  alignItems: 'center',
});

const Range = styled.input(({ theme }) => ({
  gridColumn: 2,
  width: '100%',
  margin: 0,
  accentColor: theme.color.secondary,
}));

// From the center of the slider's thumb at one end to its center at the other.
const Track = styled.span({ position: 'relative', height: 14, margin: '0 8px' });

const SegmentBar = styled.span<{ phase: TimelineSegment['phase'] }>(({ theme, phase }) => ({
  position: 'absolute',
  top: phase === 'over' ? 6 : 2,
  height: phase === 'over' ? 2 : 10,
  border: phase === 'over' ? undefined : `1px solid ${theme.color.negative}`,
  verticalAlign: 'middle',
  ...(phase === 'scheduled' && {
    borderColor: theme.textMutedColor,
    background: theme.background.hoverable,
  }),
  ...(phase === 'active' && { background: theme.color.negative }),
  ...(phase === 'overdue' && {
    background: `repeating-linear-gradient(135deg, ${theme.color.negative} 0 4px, transparent 4px 8px)`,
  }),
  ...(phase === 'over' && { background: theme.color.positive }),
}));

const Hand = styled.span(({ theme }) => ({
  position: 'absolute',
  top: -3,
  bottom: -3,
  width: 2,
  marginLeft: -1,
  background: theme.color.secondary,
}));

const Legend = styled.p(({ theme }) => ({
  display: 'flex',
  flexWrap: 'wrap',
  gap: '2px 12px',
  gridColumn: 2,
  margin: '0 8px',
  color: theme.textMutedColor,
  fontSize: theme.typography.size.s1,
}));
