import type { RefObject } from 'react';

import { people, type PersonKey } from '../people.js';

interface ShopWindowProps {
  readonly person: PersonKey;
  readonly frame: RefObject<HTMLIFrameElement | null>;
  /** A number that changes whenever the page inside has shown the change of a request. */
  readonly beat: number;
}

/** One person's shop in a frame: a separate page with an SDK client of its own. */
export function ShopFrame({ person, frame, beat }: ShopWindowProps) {
  const { name } = people[person];
  const path = `/shop/${person}`;
  return (
    <section className="window" data-person={person} aria-label={`${name}’s page`}>
      <header>
        <span className="avatar" data-person={person} aria-hidden="true">
          {name[0]}
        </span>
        <h2>{name}</h2>
        <p className="path">{path}</p>
        <a href={path} target="_blank" rel="noreferrer">
          Open <span className="visually-hidden">{name}’s page </span>alone
        </a>
      </header>
      <iframe ref={frame} src={path} title={`${name}’s page of the shop`} />
      {beat > 0 && <span key={beat} className="beat" aria-hidden="true" />}
    </section>
  );
}
