import { useId, useState } from 'react';
import {
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  useMaintenance,
} from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';
import { ReviewForm } from '../components/ReviewForm.js';
import { shop } from '../shop.js';
import './Timeline.css';

interface TimelineProps {
  /** The value of the flag. It never changes: only the clock does. */
  readonly flag: unknown;
  /** The instant in the middle of the slider, as ISO 8601. */
  readonly now: string;
  readonly locale: string;
  readonly timeZone: string;
}

/** One flag value and a clock to drag: shows the phase at each time, and what people see then. */
export function Timeline({ flag, now, locale, timeZone }: TimelineProps): React.JSX.Element {
  const id = useId();
  const [minutes, setMinutes] = useState(0);
  const [{ store, clock }] = useState(() => createClockwork(flag, Date.parse(now)));
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone });
  return (
    <MaintenanceProvider store={store} now={clock.read} locale={locale} timeZone={timeZone}>
      <div className="timeline-clock">
        <label htmlFor={id}>It is {time.format(clock.read())}.</label>
        <input
          id={id}
          type="range"
          min={-90}
          max={120}
          step={10}
          value={minutes}
          onChange={(event) => {
            setMinutes(event.target.valueAsNumber);
            clock.set(Date.parse(now) + event.target.valueAsNumber * 60_000);
            store.refresh();
          }}
        />
        <StateOf feature="search" />
      </div>
      <MaintenanceBanner filter={({ mode }) => mode === 'none'} />
      <MaintenanceGate feature="search" className="timeline-gate">
        <ReviewForm />
      </MaintenanceGate>
    </MaintenanceProvider>
  );
}

function StateOf({ feature }: { readonly feature: string }): React.JSX.Element {
  const { phase, mode, canRead, canWrite } = useMaintenance(feature);
  return <pre>{JSON.stringify({ phase, mode, canRead, canWrite })}</pre>;
}

function createClockwork(flag: unknown, start: number) {
  let time = start;
  const clock = { read: () => time, set: (next: number) => void (time = next) };
  const source = memorySource({ 'search-maintenance': flag });
  return { clock, store: createMaintenanceStore({ source, features: shop, now: clock.read }) };
}
