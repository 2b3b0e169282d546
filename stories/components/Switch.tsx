import { useState, type ReactNode } from 'react';
import { useStoryMaintenance } from 'react-maintenance-mode/storybook';
import './Switch.css';

interface SwitchProps {
  readonly feature: string;
  /** The value of the flag while it is on. */
  readonly flag: unknown;
  readonly children: ReactNode;
}

/** Stands in for the flag service: one flag to switch on and off. */
export function Switch({ feature, flag, children }: SwitchProps): React.JSX.Element {
  const maintenance = useStoryMaintenance();
  const [on, setOn] = useState(false);
  return (
    <label className="story-switch">
      <input
        type="checkbox"
        role="switch"
        checked={on}
        onChange={({ target: { checked } }) => {
          setOn(checked);
          if (checked) maintenance.start(feature, flag);
          else maintenance.end(feature);
        }}
      />
      {children}
    </label>
  );
}
