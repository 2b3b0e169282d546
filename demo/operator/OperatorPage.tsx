import { useRef, useState } from 'react';

import { features, type ShopFeature } from '../features.js';
import { people, personKeys, type PersonKey } from '../people.js';
import { firstDraft, partNames, valueOf, type Draft } from './Draft.js';
import { DraftForm } from './DraftForm.js';
import type { OperatorState } from './OperatorState.js';
import { audienceOf, planEnd, planStart } from './planPatch.js';
import { ReindexPanel } from './ReindexPanel.js';
import type { ReindexState } from './ReindexState.js';
import { RequestLog, type NextRequest } from './RequestLog.js';
import { ShopFrame } from './ShopFrame.js';
import { StatusBoard } from './StatusBoard.js';
import { TerminalLog } from './TerminalLog.js';
import { useOperator } from './useOperator.js';

export interface OperatorPageProps {
  readonly initial: OperatorState;
  readonly reindexing: ReindexState;
}

/** The demo: the pages of two customers, the operator's panel, and the log of its requests to the flag service. */
export function OperatorPage({ initial, reindexing }: OperatorPageProps) {
  const operator = useOperator(initial, reindexing);
  const { state, followed } = operator;
  const [draft, setDraft] = useState(firstDraft);
  const [draftedAt, setDraftedAt] = useState(initial.now);
  const [shown, setShown] = useState<number | 'next'>('next');
  // Show the run when the page is loaded while one is in progress.
  const [task, setTask] = useState<Task>(reindexing.phase === 'idle' ? 'by hand' : 'run');
  const [fails, setFails] = useState(false);
  const [front, setFront] = useState<PersonKey>('bob');
  const frames = { alice: useRef<HTMLIFrameElement>(null), bob: useRef<HTMLIFrameElement>(null) };

  const flagOf = (feature: ShopFeature) => state.flags.find(({ key }) => key === features[feature].flag);

  function requestFor(draft: Draft, now: number): NextRequest {
    const flag = flagOf(draft.feature);
    return {
      flag: features[draft.feature].flag,
      instructions: flag ? planStart(flag, draft.audience, valueOf(draft, now)) : [],
      comment: `${partNames[draft.feature]} ${draft.mode} for ${nameOf(draft.audience)}`,
    };
  }

  function change(next: Draft): void {
    if (next.feature !== draft.feature) {
      for (const person of personKeys) showPart(frames[person].current, next.feature);
    }
    setDraft(next);
    setDraftedAt(Date.now());
    setShown('next');
  }

  async function send({ flag, instructions, comment }: NextRequest): Promise<void> {
    await operator.send(flag, instructions, comment);
    setShown(NEWEST);
  }

  async function end(ended: readonly ShopFeature[]): Promise<void> {
    for (const feature of ended) {
      const flag = flagOf(feature);
      if (!flag) continue;
      const instructions = planEnd(flag);
      await send({ flag: flag.key, instructions, comment: `${partNames[feature]} over` });
    }
  }

  const flag = flagOf(draft.feature);
  return (
    <div className="demo">
      <header className="top">
        <h1>
          react-maintenance-mode <span>demo</span>
        </h1>
        <p>A maintenance mode is just a feature flag. Put a part of Bob’s page into maintenance.</p>
      </header>
      <main>
        <div className="panel">
          <div className="tasks" role="group" aria-label="What to do">
            {tasks.map(({ value, label }) => (
              <button key={value} type="button" aria-pressed={task === value} onClick={() => setTask(value)}>
                {label}
              </button>
            ))}
          </div>
          {task === 'run' ? (
            <ReindexPanel operator={operator} fails={fails} onFails={setFails} />
          ) : (
            <DraftForm
              draft={draft}
              present={flag ? audienceOf(flag) : []}
              onChange={change}
              onSend={() => void send(requestFor(draft, Date.now()))}
            />
          )}
          {operator.refusal && (
            <p className="refusal" role="alert">
              {operator.refusal}
            </p>
          )}
          {task === 'by hand' && <StatusBoard state={state} onEnd={(ended) => void end(ended)} />}
        </div>
        <div className="windows" data-front={front}>
          <div className="window-tabs" role="group" aria-label="Whose page to show">
            {personKeys.map((person) => (
              <button
                key={person}
                type="button"
                aria-pressed={front === person}
                onClick={() => setFront(person)}
              >
                {people[person].name}
              </button>
            ))}
          </div>
          {personKeys.map((person) => (
            <ShopFrame
              key={person}
              person={person}
              frame={frames[person]}
              beat={Math.max(0, ...state.sent.filter(({ id }) => followed[id]?.[person]).map(({ id }) => id))}
            />
          ))}
        </div>
        {task === 'run' ? (
          <TerminalLog operator={operator} />
        ) : (
          <RequestLog
            operator={operator}
            next={requestFor(draft, draftedAt)}
            shown={shown === NEWEST ? (state.sent[0]?.id ?? 'next') : shown}
            onShow={setShown}
          />
        )}
      </main>
    </div>
  );
}

type Task = 'by hand' | 'run';

const tasks: readonly { readonly value: Task; readonly label: string }[] = [
  { value: 'by hand', label: 'By hand' },
  { value: 'run', label: 'One after another' },
];

const NEWEST = 0;

function nameOf(audience: Draft['audience']): string {
  return audience === 'everyone' ? 'everyone' : people[audience].name;
}

/** The part of the page in which each feature is. */
const places: Readonly<Record<ShopFeature, string>> = {
  site: 'top',
  search: 'top',
  comments: 'comments',
  checkout: 'basket',
  payments: 'basket',
};

/** Scrolls the page inside a frame to a part of the shop, without scrolling this page. */
function showPart(frame: HTMLIFrameElement | null, feature: ShopFeature): void {
  const view = frame?.contentWindow;
  const place = frame?.contentDocument?.getElementById(places[feature]);
  if (!view || !place) return;
  const top = places[feature] === 'top' ? 0 : place.getBoundingClientRect().top + view.scrollY - 16;
  view.scrollTo({ top, behavior: 'smooth' });
}
