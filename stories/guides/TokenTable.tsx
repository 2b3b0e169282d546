import css from '../../src/styles.css?raw';
import './TokenTable.css';

/** The custom properties of styles.css, read from the file itself. */
export function DecisionTable(): React.JSX.Element {
  return (
    <table className="tokens">
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {[...decisions].map(([name, value]) => (
          <tr key={name}>
            <td>
              <code>{name}</code>
            </td>
            <td>
              <Value of={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The component properties, with the default of each. */
export function ComponentTable({ of }: { readonly of: string }): React.JSX.Element {
  const pattern = new RegExp(`var\\(\\s*(--mm-${of}-[\\w-]+),\\s*((?:[^()]|\\([^()]*\\))+?)\\s*\\)`, 'g');
  const defaults = new Map([...css.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]));
  return (
    <table className="tokens">
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Default</th>
          <th scope="col">Its value</th>
        </tr>
      </thead>
      <tbody>
        {[...defaults].map(([name, value]) => (
          <tr key={name}>
            <td>
              <code>{name}</code>
            </td>
            <td>
              {byState(value) ? (
                'the decision for the state'
              ) : decisionIn(value) ? (
                <code>{decisionIn(value)}</code>
              ) : null}
            </td>
            <td>
              <DefaultValue of={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Picks the value with `light-dark()` among several of a property. The others are for old browsers, print and more contrast. */
const decisions = new Map<string, string>();
for (const [, name = '', value = ''] of css.matchAll(/^ +(--mm-[\w-]+): ([^;]+);/gm)) {
  if (!decisions.has(name) || value.startsWith('light-dark(')) decisions.set(name, value);
}
const states = ['scheduled', 'degraded', 'read-only', 'down', 'over'];

/** Returns the part of a notice whose color depends on the state, if the default is such a color. */
function byState(value: string): string | undefined {
  return /^var\(--_mm-(surface|border|icon)\)$/.exec(value)?.[1];
}

function decisionIn(value: string): string | undefined {
  return /^var\((--mm-[\w-]+)\)$/.exec(value)?.[1];
}

function DefaultValue({ of }: { readonly of: string }): React.JSX.Element {
  const part = byState(of);
  if (part) {
    return (
      <>
        {states.map((state) => (
          <div key={state}>
            {state}: <Value of={decisions.get(`--mm-color-${state}-${part}`) ?? ''} />
          </div>
        ))}
      </>
    );
  }
  if (of.includes('--_mm-shape')) return <>the icon for the state</>;
  return <Value of={decisions.get(decisionIn(of) ?? '') ?? of} />;
}

/** The computed value, with a swatch if it is a color. */
function Value({ of }: { readonly of: string }): React.JSX.Element {
  const [, light, dark] = /^light-dark\((\S+), (\S+)\)$/.exec(of) ?? [];
  if (!light || !dark) return <code>{of}</code>;
  return (
    <>
      <Swatch color={light} /> light, <Swatch color={dark} /> dark
    </>
  );
}

function Swatch({ color }: { readonly color: string }): React.JSX.Element {
  return (
    <span className="tokens-color">
      <span className="tokens-swatch" style={{ background: color }} /> <code>{color}</code>
    </span>
  );
}
