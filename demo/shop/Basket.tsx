import { useState } from 'react';
import { MaintenanceGate } from 'react-maintenance-mode';

import type { PersonKey } from '../people.js';
import { CheckoutForm } from './CheckoutForm.js';
import { pieces, type Shape } from './pieces.js';
import { Pot } from './Pot.js';

interface BasketProps {
  readonly person: PersonKey;
  readonly basket: readonly Shape[];
  readonly onChange: (basket: readonly Shape[]) => void;
}

/** The basket and its checkout. The basket works even while the checkout is in maintenance. */
export function Basket({ person, basket, onChange }: BasketProps) {
  const [ordered, setOrdered] = useState(false);
  const lines = pieces
    .map((piece) => ({ piece, count: basket.filter((id) => id === piece.id).length }))
    .filter(({ count }) => count);
  const total = lines.reduce((sum, { piece, count }) => sum + piece.price * count, 0);

  return (
    <section className="basket" id="basket" aria-labelledby="basket-title">
      <h2 id="basket-title">Basket</h2>
      {lines.length === 0 ? (
        <p className="basket-empty">{ordered ? 'Thank you. It is being wrapped.' : 'Nothing in it yet.'}</p>
      ) : (
        <table>
          <caption className="visually-hidden">Pieces in the basket</caption>
          <tbody>
            {lines.map(({ piece, count }) => (
              <tr key={piece.id}>
                <td className="basket-picture">
                  <Pot piece={piece} />
                </td>
                <th scope="row">
                  {piece.name}
                  {count > 1 && <span className="glaze-name"> × {count}</span>}
                </th>
                <td className="price">£{piece.price * count}</td>
                <td>
                  <button
                    type="button"
                    className="quiet"
                    aria-label={`Remove ${piece.name}`}
                    onClick={() => onChange(basket.filter((id) => id !== piece.id))}
                  >
                    Remove
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td />
              <th scope="row">Total</th>
              <td className="price">£{total}</td>
              <td />
            </tr>
          </tfoot>
        </table>
      )}
      <MaintenanceGate feature="checkout" whenClosed="overlay" className="checkout" id="checkout">
        <CheckoutForm
          person={person}
          total={total}
          onOrder={() => {
            setOrdered(true);
            onChange([]);
          }}
        />
      </MaintenanceGate>
    </section>
  );
}
