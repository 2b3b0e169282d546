/**
 * Closes the modal dialogs that were opened from inside, without telling the app: hidden ones would go on blocking the whole
 * page, and inertness does not reach them. Returns how to open them again.
 */
export function putAwayDialogs(content: Element | null, focused: Element | null): () => void {
  const open = 'dialog[open]';
  const dialogs = new Set(content?.querySelectorAll<HTMLDialogElement>(open));
  const around = focused?.closest<HTMLDialogElement>(open);
  if (around) dialogs.add(around);
  const modals = [...dialogs].filter((dialog) => dialog.matches(':modal'));
  for (const dialog of modals) {
    dialog.addEventListener('close', (event) => event.stopImmediatePropagation(), {
      capture: true,
      once: true,
    });
    dialog.close();
  }
  return () => {
    for (const dialog of modals) if (dialog.isConnected && !dialog.open) dialog.showModal();
  };
}
