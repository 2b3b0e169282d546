import { pieces, type Shape } from './pieces.js';
import { Pot } from './Pot.js';

interface PieceGridProps {
  readonly onShow: (piece: Shape) => void;
  readonly onBuy: (piece: Shape) => void;
}

/** Everything that the shop sells. */
export function PieceGrid({ onShow, onBuy }: PieceGridProps) {
  return (
    <section className="pieces" aria-labelledby="pieces-title">
      <h2 id="pieces-title">From the last firing</h2>
      <ul>
        {pieces.map((piece) => (
          <li key={piece.id} className="card">
            <div className="card-picture">
              <Pot piece={piece} />
            </div>
            <h3>
              <button type="button" className="card-name" onClick={() => onShow(piece.id)}>
                {piece.name}
              </button>
            </h3>
            <p className="glaze-name">{piece.glaze}</p>
            <p className="price">£{piece.price}</p>
            <button
              type="button"
              className="card-buy"
              aria-label={`Add ${piece.name} to the basket`}
              onClick={() => onBuy(piece.id)}
            >
              Add
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
