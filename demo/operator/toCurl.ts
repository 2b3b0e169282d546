import { formatJson } from './formatJson.js';

/** The same request as a curl command that takes the token from the environment. */
export function toCurl(flagServer: string, flag: string, body: object): string {
  const json = formatJson(body, 100).replaceAll("'", "'\\''");
  return `curl -X PATCH '${flagServer}/api/v2/flags/default/${flag}' \\
  -H "Authorization: $LD_ACCESS_TOKEN" \\
  -H 'Content-Type: application/json; domain-model=launchdarkly.semanticpatch' \\
  -d '${json}'`;
}
