import packageJson from '../../test/widgets/package.json';
import { widgetGroups } from './widgets.js';

const versions: Readonly<Record<string, string>> = packageJson.dependencies;

/** The widgets that are tested inside a gate, with their tested versions. */
export function WidgetTable(): React.JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Tested versions</th>
          <th scope="col">What holds in a gate that closes and opens</th>
          <th scope="col">Tests</th>
        </tr>
      </thead>
      <tbody>
        {widgetGroups.map(({ kind, widgets, holds, tests }) => (
          <tr key={kind}>
            <th scope="row">{kind}</th>
            <td>{widgets.map(({ name, packageName }) => `${name} ${versions[packageName]}`).join(', ')}</td>
            <td>{holds}</td>
            <td>
              {tests.map((file) => (
                <div key={file}>
                  <code>{file}</code>
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
