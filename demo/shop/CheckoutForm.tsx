import { people, type PersonKey } from '../people.js';

interface CheckoutFormProps {
  readonly person: PersonKey;
  readonly total: number;
  readonly onOrder: () => void;
}

/** The delivery form. Its fields are uncontrolled: they keep what was typed as long as they stay mounted. */
export function CheckoutForm({ person, total, onOrder }: CheckoutFormProps) {
  return (
    <form
      className="checkout-form"
      onSubmit={(event) => {
        event.preventDefault();
        onOrder();
      }}
    >
      <h3>Checkout</h3>
      <div className="field">
        <label htmlFor="name">Name</label>
        <input id="name" autoComplete="off" defaultValue={people[person].name} required />
      </div>
      <div className="field">
        <label htmlFor="address">Address</label>
        <input id="address" autoComplete="off" placeholder="Street, town, postcode" required />
      </div>
      <fieldset>
        <legend>Delivery</legend>
        <label>
          <input type="radio" name="delivery" value="post" defaultChecked /> By post
        </label>
        <label>
          <input type="radio" name="delivery" value="collect" /> Collect from the workshop
        </label>
      </fieldset>
      <button type="submit" className="primary" disabled={total === 0}>
        Place order, £{total}
      </button>
    </form>
  );
}
