import { people, personKeys } from '../people.js';
import { Clock } from './Clock.js';
import { CopyButton } from './CopyButton.js';
import { Json } from './Json.js';
import type { Instruction } from './planPatch.js';
import { toCurl } from './toCurl.js';
import type { Followed, Operator } from './useOperator.js';

/** A request that has not been sent yet. */
export interface NextRequest {
  readonly flag: string;
  readonly instructions: readonly Instruction[];
  readonly comment: string;
}

interface RequestLogProps {
  readonly operator: Operator;
  readonly next: NextRequest;
  /** The request that is shown: its number, or `next` for the one that would be sent. */
  readonly shown: number | 'next';
  readonly onShow: (shown: number | 'next') => void;
}

/** The requests to the flag service, word for word: a maintenance mode is just a feature flag. */
export function RequestLog({ operator, next, shown, onShow }: RequestLogProps) {
  const { sent, flagServer } = operator.state;
  const request = sent.find(({ id }) => id === shown) ?? next;
  const body = {
    environmentKey: 'local',
    comment: request.comment,
    instructions: request.instructions,
  };
  return (
    <section className="log" aria-labelledby="log-title">
      <div className="log-list">
        <h2 id="log-title">
          To the flag service <span className="path">{flagServer}</span>
        </h2>
        <ol>
          <li>
            <button type="button" aria-pressed={request === next} onClick={() => onShow('next')}>
              <span className="log-when">Next</span>
              <span className="log-what">{next.comment}</span>
              <span className="log-effect">Not sent yet</span>
            </button>
          </li>
          {sent.map((entry) => (
            <li key={entry.id}>
              <button type="button" aria-pressed={request === entry} onClick={() => onShow(entry.id)}>
                <span className="log-when">
                  <Clock instant={entry.at} exact />
                </span>
                <span className="log-what">{entry.comment || entry.flag}</span>
                <Effect status={entry.status} followed={operator.followed[entry.id]} />
              </button>
            </li>
          ))}
        </ol>
      </div>
      <div className="log-request">
        <div className="log-head">
          <p>
            <b>PATCH</b> /api/v2/flags/default/
            <wbr />
            {request.flag}
          </p>
          <CopyButton label="Copy as curl" text={toCurl(flagServer, request.flag, body)} />
        </div>
        <pre tabIndex={0} role="region" aria-label="Body of the request">
          <code>
            <Json value={body} />
          </code>
        </pre>
      </div>
    </section>
  );
}

interface EffectProps {
  readonly status: number;
  readonly followed: Followed | undefined;
}

/** The status of the answer, and how many milliseconds later each page showed the change. */
function Effect({ status, followed = {} }: EffectProps) {
  if (status !== 200) return <span className="log-effect">Refused: {status}</span>;
  const pages = personKeys.filter((person) => followed[person] !== undefined);
  return (
    <span className="log-effect">
      {pages.length === 0 && status}
      {pages.map((person) => (
        <span key={person} className="log-page" data-person={person}>
          {people[person].name} {followed[person]} ms
        </span>
      ))}
    </span>
  );
}
