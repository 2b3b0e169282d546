import type { PersonKey } from '../people.js';
import { Comments } from './Comments.js';
import { pieces, type Shape } from './pieces.js';
import { Pot } from './Pot.js';

interface PieceDetailProps {
  readonly person: PersonKey;
  readonly shown: Shape;
  readonly onBuy: (piece: Shape) => void;
}

/** One piece, with its comments. */
export function PieceDetail({ person, shown, onBuy }: PieceDetailProps) {
  const piece = pieces.find(({ id }) => id === shown);
  if (!piece) return null;
  return (
    <section className="piece" id="piece" aria-labelledby="piece-title">
      <div className="piece-picture">
        <Pot piece={piece} />
      </div>
      <div className="piece-text">
        <h2 id="piece-title">{piece.name}</h2>
        <p className="glaze-name">{piece.glaze} glaze</p>
        <p>{piece.about}</p>
        <button type="button" className="primary" onClick={() => onBuy(piece.id)}>
          Add to basket, £{piece.price}
        </button>
      </div>
      <Comments person={person} piece={piece} />
    </section>
  );
}
