import { checks } from './checks.js';

/** What holds for all components together, with the tests that show it and those that show that these can fail. */
export function CheckTable(): React.JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">What holds</th>
          <th scope="col">Shown by</th>
          <th scope="col">Can fail, as shown by</th>
        </tr>
      </thead>
      <tbody>
        {checks.map(({ what, shownBy, controls }) => (
          <tr key={what}>
            <td style={{ minInlineSize: '11rem' }}>{what}.</td>
            {[shownBy, controls].map((tests, index) => (
              <td key={index}>
                <ul>
                  {tests.map(({ title, file }) => (
                    <li key={file + title}>
                      {title} <code>{file.replace(/^test\//, '')}</code>
                    </li>
                  ))}
                </ul>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
