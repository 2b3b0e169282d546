import { useId } from 'react';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { Switch } from './Switch.js';
import './FiveBehaviors.css';

interface Choice {
  readonly whenClosed: ClosedBehavior;
  readonly chooseWhen: string;
  /** Replaces the built-in notice, which would repeat the same text four times. */
  readonly explanation: string;
}

const choices: readonly Choice[] = [
  {
    whenClosed: 'replace',
    chooseWhen: 'the part is of no use while it is closed. This is the default.',
    explanation: 'The notice takes the place of the form.',
  },
  {
    whenClosed: 'hide',
    chooseWhen: 'nobody misses the part, such as suggestions beside a product.',
    explanation: '',
  },
  {
    whenClosed: 'read-only',
    chooseWhen: 'people need to read, select or copy what is there. Links work.',
    explanation: 'The text can be selected and copied, but not changed.',
  },
  {
    whenClosed: 'disable',
    chooseWhen: 'people should see what there is, but no link or button may work.',
    explanation: 'Everything can be reached by keyboard, and nothing reacts.',
  },
  {
    whenClosed: 'overlay',
    chooseWhen: 'the shape of the page matters and its content does not, as with a chart.',
    explanation: 'The form is behind this notice. Nobody can reach it.',
  },
];

/** A small form in each of the five gates, and one switch that closes all of them. */
export function FiveBehaviors(): React.JSX.Element {
  return (
    <div className="five-behaviors">
      <Switch feature="reviews" flag="read-only">
        Close all five gates
      </Switch>
      <ul>
        {choices.map(({ whenClosed, chooseWhen, explanation }) => (
          <li key={whenClosed}>
            <h3>
              <code>{whenClosed}</code>
            </h3>
            <p>Choose it when {chooseWhen}</p>
            <MaintenanceGate
              feature="reviews"
              requires="write"
              whenClosed={whenClosed}
              fallback={<p>{explanation}</p>}
            >
              <SmallForm />
            </MaintenanceGate>
          </li>
        ))}
      </ul>
    </div>
  );
}

function SmallForm(): React.JSX.Element {
  const id = useId();
  return (
    <form className="small-form" onSubmit={(event) => event.preventDefault()}>
      <label htmlFor={id}>Your review</label>
      <input id={id} defaultValue="Sturdy, and" />
      <button type="submit">Send</button> <a href="#rules">Rules</a>
    </form>
  );
}
