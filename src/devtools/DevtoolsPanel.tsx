'use client';
import { forwardRef, useState, useSyncExternalStore } from 'react';
import { useMaintenanceStore } from 'react-maintenance-mode';
import { describe } from '../core/errors.js';
import type { SourceStatus } from '../core/FlagSource.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { MaintenanceWindow } from '../core/timeline.js';
import { examples, type Example, segmentNames, timelineOf, type TimelineSegment } from './panelData.js';
import type { DevtoolsControls, DevtoolsFeature } from './createDevtools.js';

interface DevtoolsPanelProps {
  readonly id: string;
  readonly controls: DevtoolsControls;
  readonly now: () => number;
}

export const DevtoolsPanel: React.ForwardRefExoticComponent<
  DevtoolsPanelProps & React.RefAttributes<HTMLElement>
> = forwardRef(function DevtoolsPanel({ id, controls, now }, ref) {
  const store = useMaintenanceStore();
  useSyncExternalStore(controls.subscribe, controls.version, controls.version);
  // Not useMaintenance(), which counts a feature as on screen: the announcer would announce it.
  const affected = useSyncExternalStore(store.subscribeAffected, store.getAffected, store.getAffected);
  const status = useSyncExternalStore(store.subscribeStatus, store.getStatus, store.getStatus);
  const features = controls.features();
  const announcements = controls.announcements();
  const stateOf = (key: string) => affected.find(({ feature }) => feature === key);

  return (
    <section ref={ref} id={id} className="panel" aria-label="Maintenance devtools" tabIndex={-1}>
      <header className="bar">
        <p className="source">
          Source: <strong data-status={status.state}>{statusText(status)}</strong>
        </p>
        <CopyButton text={() => report({ controls, now, affected, status })} />
        <button
          type="button"
          onClick={() => {
            controls.reset();
            store.refresh();
          }}
        >
          Reset
        </button>
      </header>

      <DevtoolsTimeline
        controls={controls}
        now={now}
        onMove={(minutes) => {
          controls.moveClock(minutes);
          store.refresh();
        }}
      />

      <h2>Features</h2>
      {features.length === 0 && <p className="quiet">No feature was asked for yet.</p>}
      <ul className="features">
        {features.map((feature) => (
          <FeatureItem
            key={feature.key}
            feature={feature}
            controls={controls}
            state={stateOf(feature.key)}
            now={now}
          />
        ))}
      </ul>

      <h2>Announcements</h2>
      {announcements.length === 0 && (
        <p className="quiet">Nothing was announced yet. What holds when a page loads is not announced.</p>
      )}
      <ol className="announcements" reversed aria-label="Announcements">
        {announcements.map(({ at, text }, index) => (
          <li key={announcements.length - index}>
            <time dateTime={new Date(at).toISOString()}>{formatTime(at, now())}</time> {text}
          </li>
        ))}
      </ol>
    </section>
  );
});

interface DevtoolsTimelineProps {
  readonly controls: DevtoolsControls;
  readonly now: () => number;
  readonly onMove: (minutes: number) => void;
}

/** Shows the windows of all features in time, and a slider that moves the clock. */
function DevtoolsTimeline({ controls, now, onMove }: DevtoolsTimelineProps): React.JSX.Element {
  // The bounds must not move while a person drags the slider.
  const [opened] = useState(Date.now);
  const { min, max, rows } = timelineOf(
    controls.features().map(({ key, flag, label }) => ({ key, label, window: controls.windowOf(flag) })),
    opened,
  );
  const minutes = controls.clockMinutes();
  const share = Math.min(1, Math.max(0, (minutes - min) / (max - min)));
  const time = `${formatTime(now(), opened)}${movedText(minutes)}`;
  const phases = phasesOf(rows.flatMap(({ segments }) => segments));
  return (
    <div className="timeline">
      <label htmlFor="clock">Clock</label>
      <span key={time}>{time}</span>
      <input
        id="clock"
        type="range"
        min={Math.min(min, minutes)}
        max={Math.max(max, minutes)}
        step={1}
        value={minutes}
        aria-valuetext={time}
        onChange={(event) => onMove(event.target.valueAsNumber)}
      />
      {rows.map(({ key, label, segments }) => (
        // Each feature says the same in words.
        <div key={key} className="row" aria-hidden="true">
          <span className="row-label">{label}</span>
          <span className="track">
            {segments.map((segment) => (
              <TimelineBar key={segment.phase} {...segment} />
            ))}
            <span className="hand" style={{ insetInlineStart: `${share * 100}%` }} />
          </span>
        </div>
      ))}
      {rows.length > 0 && (
        // A new element for each text: the browser's translator may have replaced the text node.
        <p key={phases.join()} className="legend" aria-hidden="true">
          {phases.map((phase) => (
            <span key={phase}>
              <span className="sample" data-phase={phase} /> {segmentNames[phase]}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

function TimelineBar({ phase, from, to }: TimelineSegment): React.JSX.Element {
  return (
    <span
      className="segment"
      data-phase={phase}
      title={segmentNames[phase]}
      style={{ insetInlineStart: `${from * 100}%`, inlineSize: `${(to - from) * 100}%` }}
    />
  );
}

function phasesOf(segments: readonly TimelineSegment[]): readonly TimelineSegment['phase'][] {
  return (['scheduled', 'active', 'overdue', 'over'] as const).filter((phase) =>
    segments.some((segment) => segment.phase === phase),
  );
}

/** By how much the clock is moved: " (2 h 30 min later)". */
function movedText(minutes: number): string {
  if (!minutes) return '';
  const days = Math.floor(Math.abs(minutes) / 1440);
  const hours = Math.floor((Math.abs(minutes) % 1440) / 60);
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [Math.abs(minutes) % 60, 'min'],
  ] as const;
  const amount = parts
    .filter(([count]) => count)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
  return ` (${amount} ${minutes > 0 ? 'later' : 'earlier'})`;
}

interface FeatureItemProps {
  readonly feature: DevtoolsFeature;
  readonly controls: DevtoolsControls;
  readonly state: Maintenance | undefined;
  readonly now: () => number;
}

function FeatureItem({ feature, controls, state, now }: FeatureItemProps): React.JSX.Element {
  const { key, flag, label } = feature;
  const override = controls.overrideOf(flag);
  const names = key === flag ? flag : `${key}, ${flag}`;
  return (
    <li aria-label={label} data-overridden={override === undefined ? undefined : ''}>
      <h3 key={String(override)}>
        {label} {names !== label && <span className="quiet">{names}</span>}
        {override !== undefined && <span className="badge">Override</span>}
      </h3>
      <label className="override">
        Override
        <select
          aria-label={`Override ${label}`}
          value={override ?? ''}
          onChange={({ target: { value } }) =>
            controls.override(flag, examples.find(([example]) => example === value)?.[0])
          }
        >
          <option value="">None</option>
          {examples.map(([value, title]) => (
            <option key={value} value={value}>
              {overrideTitle(value, title)}
            </option>
          ))}
        </select>
      </label>
      <dl>
        <div>
          <dt>State</dt>
          <dd data-mode={state ? (state.upcomingMode ?? state.mode) : 'none'}>{stateText(state)}</dd>
        </div>
        <div>
          <dt>Cause</dt>
          <dd>{state ? (state.cause === key ? 'its own flag' : state.cause) : '–'}</dd>
        </div>
        <div>
          <dt>Window</dt>
          <dd>{state ? windowText(state, now()) : windowText(controls.windowOf(flag), now())}</dd>
        </div>
        {/* New with each value: a translator may have replaced what is in it. */}
        <div key={answerText(controls, flag)} className="value">
          <dt>Flag value</dt>
          <dd>
            <code>{answerText(controls, flag)}</code>
          </dd>
        </div>
      </dl>
    </li>
  );
}

function CopyButton({ text }: { readonly text: () => string }): React.JSX.Element {
  const [outcome, setOutcome] = useState<'copied' | { readonly text: string } | null>(null);
  return (
    <>
      <button
        type="button"
        onClick={() => {
          const copied = text();
          copyToClipboard(copied).then(
            () => setOutcome('copied'),
            () => setOutcome({ text: copied }),
          );
        }}
      >
        Copy as JSON
      </button>
      <span role="status">{outcome === 'copied' && 'Copied'}</span>
      {outcome && outcome !== 'copied' && (
        <textarea readOnly aria-label="State as JSON" rows={4} value={outcome.text} />
      )}
    </>
  );
}

/** Rejects if the page is not allowed to write to the clipboard. */
async function copyToClipboard(text: string): Promise<void> {
  await window.navigator.clipboard.writeText(text);
}

interface ReportInput {
  readonly controls: DevtoolsControls;
  readonly now: () => number;
  readonly affected: readonly Maintenance[];
  readonly status: SourceStatus;
}

/** Everything that the panel shows, as text to paste into an issue. */
function report({ controls, now, affected, status }: ReportInput): string {
  return JSON.stringify(
    {
      time: new Date(now()).toISOString(),
      clockMovedByMinutes: controls.clockMinutes(),
      source: statusText(status),
      features: controls.features().map(({ key, flag }) => ({
        feature: key,
        flag,
        flagValue: controls.flagAnswer(flag),
        override: controls.overrideOf(flag) ?? null,
        state: affected.find(({ feature }) => feature === key) ?? null,
      })),
      announcements: controls
        .announcements()
        .map(({ at, text }) => ({ at: new Date(at).toISOString(), text })),
    },
    null,
    2,
  );
}

function statusText({ state, since, error }: SourceStatus): string {
  const details = [
    ...(since === undefined ? [] : [`since ${formatTime(since, Date.now())}`]),
    ...(error === undefined ? [] : [error instanceof Error ? error.message : describe(error)]),
  ];
  return details.length ? `${state} (${details.join(', ')})` : state;
}

/** Describes the state of a feature with the names of the API. */
function stateText(state: Maintenance | undefined): string {
  return state ? `${state.phase}, ${state.upcomingMode ?? state.mode}` : 'open';
}

function answerText(controls: DevtoolsControls, flag: string): string {
  const answer = controls.flagAnswer(flag);
  if ('error' in answer) return `threw: ${answer.error}`;
  return answer.value === undefined ? 'unknown' : describe(answer.value);
}

function windowText(
  window: Pick<MaintenanceWindow, 'startsAt' | 'endsAt'> | null | undefined,
  now: number,
): string {
  if (!window) return '–';
  const { startsAt, endsAt } = window;
  if (startsAt === undefined && endsAt === undefined) return 'no times';
  return `${startsAt === undefined ? 'now' : formatTime(startsAt, now)} to ${endsAt === undefined ? 'no end' : formatTime(endsAt, now)}`;
}

/** "None" alone could mean no override or no maintenance. */
function overrideTitle(value: Example, title: string): string {
  return value === 'none' ? 'No maintenance' : title;
}

/** Formats a time for developers, without the date if it is the day of `now`. */
function formatTime(instant: number, now: number): string {
  const isToday = new Date(instant).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat('en-GB', {
    ...(!isToday && { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(instant);
}
