import css from '../../src/styles.css?raw';
import './TokenTable.css';

/** The decisions of styles.css, read from the file itself. */
export function DecisionTable(): React.JSX.Element {
  const values = new Map<string, string>();
  // The later value is the one with a dark side.
  for (const [, name = '', value = ''] of css.matchAll(/^ +(--mm-[\w-]+): ([^;]+);/gm))
    values.set(name, value);
  return (
    <table className="tokens">
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Light</th>
          <th scope="col">Dark</th>
        </tr>
      </thead>
      <tbody>
        {[...values].map(([name, value]) => {
          const [, light, dark] = /^light-dark\((\S+), (\S+)\)$/.exec(value) ?? [];
          return (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              {light && dark ? (
                <>
                  <td>
                    <Swatch color={light} />
                  </td>
                  <td>
                    <Swatch color={dark} />
                  </td>
                </>
              ) : (
                <td colSpan={2}>
                  <code>{value}</code>
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The properties of components, with what is used where they are not set. */
export function ComponentTable({ of }: { readonly of: string }): React.JSX.Element {
  const pattern = new RegExp(`var\\(\\s*(--mm-${of}-[\\w-]+),\\s*((?:[^()]|\\([^()]*\\))+?)\\s*\\)`, 'g');
  const defaults = new Map([...css.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]));
  return (
    <table className="tokens">
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Used where it is not set</th>
        </tr>
      </thead>
      <tbody>
        {[...defaults].map(([name, value]) => (
          <tr key={name}>
            <td>
              <code>{name}</code>
            </td>
            <td>{value.includes('--_mm') ? 'by state' : <code>{value}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Swatch({ color }: { readonly color: string }): React.JSX.Element {
  return (
    <>
      <span className="tokens-swatch" style={{ background: color }} /> <code>{color}</code>
    </>
  );
}
