import { useState } from 'react';
import type { Features, Mode } from 'react-maintenance-mode';
import { useStorySource } from '../../.storybook/withMaintenance.js';
import './OperatorPanel.css';

type Choice = 'off' | Mode;
const choices: readonly Choice[] = ['off', 'degraded', 'read-only', 'down'];

interface OperatorPanelProps {
  readonly features: Features;
  /** What is chosen at the start. Default `off`. */
  readonly chosen?: Choice;
}

/** Stands in for the flag service: what an operator would do there, beside the page that it changes. */
export function OperatorPanel({ features, chosen: first = 'off' }: OperatorPanelProps): React.JSX.Element {
  const source = useStorySource();
  const [chosen, setChosen] = useState<Readonly<Record<string, Choice>>>({});
  return (
    <aside className="flag-panel" aria-label="Flags">
      {Object.values(features).map(({ key, flag, label }) => (
        <label key={key}>
          {label}
          <select
            value={chosen[flag] ?? first}
            onChange={(event) => {
              setChosen({ ...chosen, [flag]: event.target.value as Choice });
              source.set(flag, event.target.value);
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
