import { useId, useState } from 'react';

import { findPieces, type Shape } from './pieces.js';
import { Pot } from './Pot.js';

interface SearchBoxProps {
  /** Whether results appear while typing, instead of after Enter. */
  readonly live: boolean;
  readonly onChoose: (piece: Shape) => void;
}

/** Finds pieces by name, glaze and use. */
export function SearchBox({ live, onChoose }: SearchBoxProps) {
  const id = useId();
  const [query, setQuery] = useState('');
  const [asked, setAsked] = useState('');
  const [open, setOpen] = useState(true);
  const shownFor = live ? query : asked;
  const found = findPieces(shownFor);
  const showsResults = open && shownFor.trim() !== '';

  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(query);
        setOpen(true);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setOpen(false);
      }}
    >
      <label htmlFor={id}>Search the shop</label>
      <div className="search-field">
        <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="9" cy="9" r="5.5" />
          <path d="M13.2 13.2 17 17" />
        </svg>
        <input
          id={id}
          type="search"
          autoComplete="off"
          placeholder="A glaze, a shape, a use"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setOpen(true);
          }}
          aria-describedby={live ? undefined : `${id}-hint`}
        />
      </div>
      {!live && (
        <p id={`${id}-hint`} className="search-hint">
          Press Enter to search
        </p>
      )}
      {showsResults && (
        <div className="results">
          <p role="status">
            {found.length === 0
              ? 'Nothing by that name. Try a glaze: celadon, chun, shino.'
              : found.length === 1
                ? 'One piece'
                : `${found.length} pieces`}
          </p>
          <ul>
            {found.slice(0, 5).map((piece) => (
              <li key={piece.id}>
                <button
                  type="button"
                  onClick={() => {
                    setOpen(false);
                    onChoose(piece.id);
                  }}
                >
                  <Pot piece={piece} />
                  <span className="result-name">{piece.name}</span>
                  <span className="result-glaze">{piece.glaze}</span>
                  <span className="price">£{piece.price}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}
