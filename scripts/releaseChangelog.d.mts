export function releaseChangelog(
  changelog: string,
  release: { present: string; version: string; date: string },
): string;
