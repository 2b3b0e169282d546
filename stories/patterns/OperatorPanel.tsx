import { useState } from 'react';
import type { Features, Mode } from 'react-maintenance-mode';
import { useStoryMaintenance } from 'react-maintenance-mode/storybook';
import './OperatorPanel.css';

type Choice = 'off' | Mode;
const choices: readonly Choice[] = ['off', 'degraded', 'read-only', 'down'];

interface OperatorPanelProps {
  readonly features: Features;
  /** The initial choice. Default `off`. */
  readonly chosen?: Choice;
}

/** Stands in for the flag service: controls for an operator, beside the page that they change. */
export function OperatorPanel({ features, chosen: first = 'off' }: OperatorPanelProps): React.JSX.Element {
  const maintenance = useStoryMaintenance();
  const [chosen, setChosen] = useState<Readonly<Record<string, Choice>>>({});
  return (
    <aside className="flag-panel" aria-label="Flags">
      {Object.values(features).map(({ key, label }) => (
        <label key={key}>
          {String(label)}
          <select
            value={chosen[key] ?? first}
            onChange={(event) => {
              const choice = event.target.value as Choice;
              setChosen({ ...chosen, [key]: choice });
              if (choice === 'off') maintenance.end(key);
              else maintenance.start(key, choice);
            }}
          >
            {choices.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        </label>
      ))}
    </aside>
  );
}
