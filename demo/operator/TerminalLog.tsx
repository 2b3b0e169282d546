import { Fragment, useEffect, useRef } from 'react';

import { CopyButton } from './CopyButton.js';
import type { Operator } from './useOperator.js';

interface TerminalLogProps {
  readonly operator: Operator;
}

/** The command line of the run, and its output. */
export function TerminalLog({ operator }: TerminalLogProps) {
  const { command, words } = operator.reindexing;
  const output = useRef<HTMLPreElement>(null);
  useEffect(() => {
    output.current?.scrollTo(0, output.current.scrollHeight);
  }, [words]);
  return (
    <section className="log" aria-labelledby="log-title">
      <div className="log-list">
        <h2 id="log-title">In a terminal</h2>
        <div className="log-commands" tabIndex={0} role="region" aria-label="Command lines">
          {operator.held.map(({ key, name, byHand }) => (
            <CommandLine
              key={key}
              label={`To end maintenance for ${name}`}
              about={`the end for ${name}`}
              text={byHand}
            />
          ))}
          <CommandLine label="The run" about="the run" text={command} />
          <p className="log-note">
            In the folder of the project, with the <code>LD_ACCESS_TOKEN</code> that <code>npm start</code>{' '}
            names.
          </p>
        </div>
      </div>
      <div className="log-request">
        <div className="log-head">
          <h2>What it says</h2>
        </div>
        <pre ref={output} tabIndex={0} role="region" aria-label="What the command says">
          <code>{words.length ? words.join('\n') : 'Nothing yet.'}</code>
        </pre>
      </div>
    </section>
  );
}

interface CommandLineProps {
  readonly label: string;
  readonly about: string;
  readonly text: string;
}

/** A command line that wraps between words where they fit, and is copied as one line. */
function CommandLine({ label, about, text }: CommandLineProps) {
  return (
    <div className="log-command">
      <p>{label}</p>
      <CopyButton label="Copy" about={about} text={text} />
      <code>
        {text.split(' ').map((word, index) => (
          <Fragment key={index}>
            {index > 0 && ' '}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
    </div>
  );
}
