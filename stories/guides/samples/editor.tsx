import { useGate } from 'react-maintenance-mode';

/** An editor that has a read-only setting of its own. */
export function NoteEditor(): React.JSX.Element {
  const gate = useGate();
  return <textarea aria-label="Note" readOnly={gate !== 'open'} />;
}
