import { HttpProblem } from './HttpProblem.js';
import { ENVIRONMENT, PROJECT } from './representFlag.js';

/** @throws HttpProblem 404 unless these are the one project and the one environment that there are. */
export function checkNames(project: string, environments: readonly string[]): void {
  if (project !== PROJECT) {
    throw new HttpProblem(
      'not_found',
      `There is no project ${JSON.stringify(project)}: the one here is "${PROJECT}"`,
    );
  }
  const unknown = environments.find((environment) => environment !== ENVIRONMENT);
  if (unknown === undefined) return;
  throw new HttpProblem(
    'not_found',
    `There is no environment ${JSON.stringify(unknown)}: the one here is "${ENVIRONMENT}"`,
  );
}

/** The answer to a flag key that the file does not have. */
export function unknownFlag(key: string): HttpProblem {
  return new HttpProblem('not_found', `There is no flag ${JSON.stringify(key)} in the flag file`);
}
