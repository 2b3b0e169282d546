/** Renames the section "Unreleased" of a changelog to a version with a date, and adds a new, empty "Unreleased" above it. */
export function releaseChangelog(changelog, { present, version, date }) {
  const next = numbersOf(version);
  if (!next)
    throw new Error(`"${version}" is not a version. A version has the form 1.2.3: npm run release -- 1.2.3`);
  const [, entries = ''] = /^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(changelog) ?? [];
  if (!entries.trim())
    throw new Error('CHANGELOG.md has nothing under "## Unreleased". There is nothing to release.');
  // The first release keeps the version that package.json started with.
  const first = !/^## \d/m.test(changelog);
  if (!isLater(next, numbersOf(present)) && !(first && version === present)) {
    throw new Error(`${version} is not later than ${present}, the version in package.json.`);
  }
  return changelog.replace('## Unreleased\n', `## Unreleased\n\n## ${version} (${date})\n`);
}

function numbersOf(version) {
  return /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number);
}

function isLater(next, present) {
  const index = next.findIndex((number, place) => number !== present[place]);
  return index >= 0 && next[index] > present[index];
}
