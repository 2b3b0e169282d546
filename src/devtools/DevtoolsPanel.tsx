'use client';
import { useSyncExternalStore } from 'react';
import { useMaintenanceStore } from 'react-maintenance-mode';
import type { Maintenance } from '../core/Maintenance.js';
import { examples, type Example } from '../testing/exampleMaintenance.js';
import type { DevtoolsControls } from './Devtools.js';
import {
  barStyle,
  buttonStyle,
  cellStyle,
  headStyle,
  panelStyle,
  tableStyle,
  valueStyle,
} from './devtoolsStyles.js';

const dayMinutes = 1440;

interface DevtoolsPanelProps {
  readonly id: string;
  readonly controls: DevtoolsControls;
  readonly now: () => number;
}

export function DevtoolsPanel({ id, controls, now }: DevtoolsPanelProps): React.JSX.Element {
  const store = useMaintenanceStore();
  useSyncExternalStore(controls.subscribe, controls.version, controls.version);
  // Not by the hook: what has a hook on screen is spoken of.
  const affected = useSyncExternalStore(store.subscribeAffected, store.getAffected, store.getAffected);
  const status = useSyncExternalStore(store.subscribeStatus, store.getStatus, store.getStatus);
  const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

  return (
    <section id={id} style={panelStyle} aria-label="Maintenance devtools">
      <div style={barStyle}>
        <span>{`Flags: ${status.state}`}</span>
        <label style={barStyle}>
          Clock
          <input
            type="range"
            min={-dayMinutes}
            max={dayMinutes}
            step={5}
            value={controls.minutes()}
            aria-valuetext={time.format(now())}
            onChange={(event) => {
              controls.moveClock(event.target.valueAsNumber);
              store.refresh();
            }}
          />
        </label>
        <output>{time.format(now())}</output>
        <button
          type="button"
          style={buttonStyle}
          onClick={() => {
            controls.reset();
            store.refresh();
          }}
        >
          Reset
        </button>
      </div>
      <table style={tableStyle}>
        <thead>
          <tr>
            {['Feature', 'Its flag says', 'It is', 'Put over it'].map((title) => (
              <th key={title} scope="col" style={headStyle}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {controls.subjects().map(({ key, flag, label }) => (
            <tr key={key}>
              <th scope="row" style={cellStyle} title={`${key}, ${flag}`}>
                {label}
              </th>
              {/* As a whole: a translator may have put another element in the place of the one inside. */}
              <td key={`says ${controls.said(flag)}`} style={valueStyle}>
                <code>{controls.said(flag)}</code>
              </td>
              <td style={cellStyle}>{stateText(affected.find(({ feature }) => feature === key))}</td>
              <td style={cellStyle}>
                <select
                  aria-label={`Put over ${label}`}
                  style={{ font: 'inherit' }}
                  value={controls.chosen(flag) ?? ''}
                  onChange={(event) =>
                    controls.choose(flag, (event.target.value || undefined) as Example | undefined)
                  }
                >
                  <option value="">Nothing</option>
                  {examples.map(([value, title]) => (
                    <option key={value} value={value}>
                      {title}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Where a feature stands, in the words of the API. */
function stateText(state: Maintenance | undefined): string {
  if (!state) return 'open';
  const mode = state.upcomingMode ?? state.mode;
  const cause = state.cause === state.feature ? '' : `, because of ${state.cause}`;
  return `${state.phase}, ${mode}${cause}`;
}
