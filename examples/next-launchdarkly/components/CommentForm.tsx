'use client';
import { useState, useTransition, type FormEvent } from 'react';

/** A form whose Server Action may be refused: it says why, and the draft stays. */
export function CommentForm({ add }: { add: (form: FormData) => Promise<string> }) {
  const [answer, setAnswer] = useState('');
  const [pending, startTransition] = useTransition();

  // Not `action={...}`: React empties the fields after an action, also after one that caught its error.
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    startTransition(async () => {
      try {
        setAnswer(await add(new FormData(form)));
        form.reset();
      } catch (error) {
        // What the refusal says. Uncaught it would end in the error page.
        setAnswer(error instanceof Error ? error.message : String(error));
      }
    });
  }

  return (
    <form onSubmit={submit}>
      <textarea name="text" aria-label="Draft" />
      <button disabled={pending}>Send</button>
      <p role="status">{answer}</p>
    </form>
  );
}
