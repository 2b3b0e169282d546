'use client';
import { useState, useTransition, type FormEvent } from 'react';

/** A form whose Server Action may be refused. It says why, and keeps the draft. */
export function CommentForm({ add }: { add: (form: FormData) => Promise<string> }) {
  const [answer, setAnswer] = useState('');
  const [pending, startTransition] = useTransition();

  // Not `action={...}`: React resets the fields after an action, even when the action caught an error.
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    startTransition(async () => {
      try {
        setAnswer(await add(new FormData(form)));
        form.reset();
      } catch (error) {
        // The text of the refusal. Without the catch, Next would show its error page.
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
