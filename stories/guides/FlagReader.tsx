import { useId, useState } from 'react';
import { interpretFlag, type MaintenanceError } from 'react-maintenance-mode';
import './FlagReader.css';

/** Type the value of a flag, and see how the library interprets it. */
export function FlagReader({ value }: { readonly value: string }): React.JSX.Element {
  const id = useId();
  const [text, setText] = useState(value);
  const { result, problems } = read(text);
  return (
    <div className="flag-reader">
      <label htmlFor={id}>The value of the flag, as JSON</label>
      <textarea
        id={id}
        rows={7}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <h3>What is read in it</h3>
      <pre>{result}</pre>
      {problems.length > 0 && (
        <>
          <h3>What onError is told</h3>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function read(text: string): { readonly result: string; readonly problems: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { result: 'This is not JSON yet.', problems: [] };
  }
  const problems: string[] = [];
  const onError = ({ message }: MaintenanceError) => problems.push(message);
  const window = interpretFlag(value, { flag: 'search-maintenance' }, onError);
  return { result: window ? JSON.stringify(window, null, 2) : 'No maintenance.', problems };
}
