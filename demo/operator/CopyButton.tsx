import { useState } from 'react';

interface CopyButtonProps {
  readonly label: string;
  /** Names what is copied, for people who do not see what is next to the button. */
  readonly about?: string;
  readonly text: string;
}

/** Copies a text to the clipboard, and confirms it. */
export function CopyButton({ label, about, text }: CopyButtonProps) {
  const [copied, setCopied] = useState('');
  return (
    <button
      type="button"
      className="quiet"
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setCopied(text);
      }}
    >
      <span aria-live="polite">{copied === text ? 'Copied' : label}</span>
      {about && <span className="visually-hidden"> {about}</span>}
    </button>
  );
}
