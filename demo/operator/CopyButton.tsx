import { useState } from 'react';

interface CopyButtonProps {
  readonly label: string;
  /** What is copied, for those who do not see what stands beside the button. */
  readonly about?: string;
  readonly text: string;
}

/** Puts a text on the clipboard, and says so. */
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
