import { specifications } from './specifications.js';

/** The requirements of a component, each with the test that shows it. */
export function Specification({ of }: { readonly of: keyof typeof specifications }): React.JSX.Element {
  return (
    <>
      {(['MUST', 'SHOULD'] as const).map((level) => (
        <table key={level}>
          <thead>
            <tr>
              <th scope="col">{level}</th>
              <th scope="col">Shown by</th>
            </tr>
          </thead>
          <tbody>
            {specifications[of]
              .filter((requirement) => requirement.level === level)
              .map(({ subject, title, file }) => (
                <tr key={subject + title}>
                  <td>
                    {subject} {title}.
                  </td>
                  <td>
                    <code>{file.replace(/^test\//, '')}</code>
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      ))}
    </>
  );
}
