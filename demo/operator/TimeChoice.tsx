import { useId } from 'react';

interface TimeChoiceProps<T extends number | string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  /** The time of day, such as "15:30". It is used while the value is `at`. */
  readonly time: string;
  readonly onChange: (value: T, time: string) => void;
}

/** Chooses a time: one of a few relative ones, or a time of day. */
export function TimeChoice<T extends number | string>(props: TimeChoiceProps<T>) {
  const { label, options, value, time, onChange } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={String(value)}
        onChange={(event) => {
          const chosen = options.find((option) => String(option.value) === event.target.value);
          if (chosen) onChange(chosen.value, time || nextQuarter());
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={String(option.value)}>
            {option.label}
          </option>
        ))}
      </select>
      {value === 'at' && (
        <input
          type="time"
          aria-label={`${label}: time of day`}
          value={time}
          required
          onChange={(event) => onChange(value, event.target.value)}
        />
      )}
    </div>
  );
}

function nextQuarter(): string {
  const quarter = 15 * 60_000;
  const date = new Date(Math.ceil((Date.now() + 60_000) / quarter) * quarter);
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
