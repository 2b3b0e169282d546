import { escapeText } from '../escapeText.js';
import { SwitchError, type SwitchFailure } from '../FlagSwitch.js';

const refusals: Readonly<Record<number, readonly [SwitchFailure, string]>> = {
  400: ['invalid', 'The service refused the request'],
  401: [
    'unauthorized',
    'The access token is not valid, or may not do this. Check LD_ACCESS_TOKEN; SDK keys do not work here',
  ],
  403: [
    'forbidden',
    'The access token may not do this. It needs a role that allows updateOn and updateTargets for this flag',
  ],
  404: ['not-found', 'There is no such flag, project or environment. Check -f, --project and --environment'],
  405: [
    'approval-required',
    'Changes of this flag need an approval. Exempt this token from it, or have the change approved and run again',
  ],
  409: ['conflict', 'The change conflicts with another one'],
  422: ['invalid', 'The service could not apply the change'],
  429: [
    'rate-limited',
    'The service limits the rate of requests, for longer than is worth waiting. Run again later',
  ],
};

/** Why a service refused, with what to do and what the service itself said. */
export function readRefusal(
  { status, text }: { readonly status: number; readonly text: string },
  mayBeDone: boolean,
): SwitchError {
  const [failure, advice] = refusals[status] ?? ['failed', 'The service failed'];
  const said = readMessage(text);
  return new SwitchError(failure, `${advice} (${status}${said && `: ${said}`}).`, { mayBeDone });
}

function readMessage(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? escapeText(message) : '';
  } catch {
    return '';
  }
}
