'use client';
import { useState } from 'react';
import { segmentNames, timelineOf, type TimelineSegment } from '../testing/timelineOf.js';
import type { DevtoolsControls } from './createDevtools.js';

interface DevtoolsTimelineProps {
  readonly controls: DevtoolsControls;
  readonly now: () => number;
  readonly onMove: (minutes: number) => void;
}

/** Shows the windows of all features in time, and a slider that moves the clock. */
export function DevtoolsTimeline({ controls, now, onMove }: DevtoolsTimelineProps): React.JSX.Element {
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
              <Segment key={segment.phase} {...segment} />
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

function Segment({ phase, from, to }: TimelineSegment): React.JSX.Element {
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

/** Formats a time for developers, without the date if it is the day of `now`. */
export function formatTime(instant: number, now: number): string {
  const isToday = new Date(instant).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat('en-GB', {
    ...(!isToday && { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(instant);
}
