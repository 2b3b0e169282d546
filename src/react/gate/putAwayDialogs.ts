/**
 * Closes the modal dialogs that were opened from inside, without telling the app: hidden ones would go on blocking the whole
 * page, and inertness does not reach them. Returns how to open them again.
 */
export function putAwayDialogs(content: Element | null, focused: Element | null): () => void {
  const modals = [
    ...(content?.querySelectorAll('dialog[open]') ?? []),
    focused?.closest('dialog[open]'),
  ].filter(
    (dialog): dialog is HTMLDialogElement => dialog instanceof HTMLDialogElement && dialog.matches(':modal'),
  );
  const dialogs = [...new Set(modals)];
  for (const dialog of dialogs) {
    dialog.addEventListener('close', (event) => event.stopImmediatePropagation(), {
      capture: true,
      once: true,
    });
    dialog.close();
  }
  return () => {
    for (const dialog of dialogs) if (dialog.isConnected && !dialog.open) dialog.showModal();
  };
}
