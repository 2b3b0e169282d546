import { useId } from 'react';
import type { Mode } from 'react-maintenance-mode';

import type { ShopFeature } from '../features.js';
import { people, type PersonKey } from '../people.js';
import { Choice } from './Choice.js';
import { modesOf, partNames, shopFeatures, type Draft } from './Draft.js';
import type { Audience } from './planPatch.js';
import { TimeChoice } from './TimeChoice.js';

interface DraftFormProps {
  readonly draft: Draft;
  /** Who already is in maintenance for the chosen feature. */
  readonly present: readonly PersonKey[];
  readonly onChange: (draft: Draft) => void;
  readonly onSend: () => void;
}

/** The form for a maintenance: feature, audience, mode, times and texts. */
export function DraftForm({ draft, present, onChange, onSend }: DraftFormProps) {
  const id = useId();
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const hasEnd = draft.end !== 'none';
  const others = present.filter((person) => person !== draft.audience);
  return (
    <form
      className="draft"
      aria-labelledby={`${id}-title`}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <h2 id={`${id}-title`}>Put into maintenance</h2>
      <Choice<ShopFeature>
        legend="What"
        value={draft.feature}
        options={featureOptions}
        onChange={(feature) => set({ feature, mode: modesOf[feature][0] })}
      />
      <Choice<Audience>
        legend="For"
        value={draft.audience}
        options={audienceOptions}
        onChange={(audience) => set({ audience })}
      />
      <Choice<Mode>
        legend="Mode"
        value={draft.mode}
        options={modesOf[draft.feature].map((mode) => ({ value: mode, label: modeLabels[mode] }))}
        onChange={(mode) => set({ mode })}
      />
      <div className="moments">
        <TimeChoice<Draft['start']>
          label="Starts"
          value={draft.start}
          time={draft.startTime}
          options={startOptions}
          onChange={(start, startTime) => set({ start, startTime })}
        />
        <TimeChoice<Draft['end']>
          label="Promised end"
          value={draft.end}
          time={draft.endTime}
          options={endOptions}
          onChange={(end, endTime) => set({ end, endTime })}
        />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={hasEnd && draft.endsAutomatically}
          disabled={!hasEnd}
          onChange={(event) => set({ endsAutomatically: event.target.checked })}
        />
        <span>Ends by itself then</span>
      </label>
      <div className="field">
        <label htmlFor={`${id}-message`}>Message</label>
        <input
          id={`${id}-message`}
          autoComplete="off"
          value={draft.message}
          placeholder="Empty: the library’s own words"
          onChange={(event) => set({ message: event.target.value })}
        />
      </div>
      <button type="submit" className="send">
        {draft.start === 0 ? 'Start' : 'Schedule'} for{' '}
        {draft.audience === 'everyone' ? 'everyone' : people[draft.audience].name}
      </button>
      <p className="send-hint">
        {others.length > 0 &&
          `${others.map((person) => people[person].name).join(' and ')} will be told the same: a flag has one maintenance.`}
      </p>
    </form>
  );
}

const featureOptions = shopFeatures.map((value) => ({ value, label: partNames[value] }));

const audienceOptions = [
  { value: 'alice', label: 'Alice' },
  { value: 'bob', label: 'Bob' },
  { value: 'everyone', label: 'Everyone' },
] as const;

const modeLabels: Readonly<Record<Mode, string>> = {
  down: 'Down',
  'read-only': 'Read-only',
  degraded: 'Degraded',
};

const startOptions = [
  { value: 0, label: 'Now' },
  { value: 10, label: 'In 10 seconds' },
  { value: 300, label: 'In 5 minutes' },
  { value: 'at', label: 'At a time' },
] as const;

const endOptions = [
  { value: 'none', label: 'None' },
  { value: 30, label: 'After 30 seconds' },
  { value: 1800, label: 'After 30 minutes' },
  { value: 'at', label: 'At a time' },
] as const;
