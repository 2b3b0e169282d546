import { useId } from 'react';
import './ReviewForm.css';

/** The small form, half filled in, that the gates of the stories wrap. */
export function ReviewForm(): React.JSX.Element {
  const id = useId();
  return (
    <form className="review-form" onSubmit={(event) => event.preventDefault()}>
      <label htmlFor={`${id}-title`}>Title</label>
      <input id={`${id}-title`} defaultValue="Sturdy, and easy to clean" />
      <label htmlFor={`${id}-text`}>Your review</label>
      <textarea id={`${id}-text`} rows={3} defaultValue="I have used it every day for a month, and" />
      <label className="review-form-choice">
        <input type="checkbox" defaultChecked /> I bought it here
      </label>
      <p>
        Reviews follow our <a href="#rules">rules for reviews</a>.
      </p>
      <button type="submit">Send review</button>
    </form>
  );
}
