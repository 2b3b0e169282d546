import { isModalDialog } from '../isModalDialog.js';
import { returnTo, type PersonPlace } from './personPlace.js';

/**
 * Closes the modal dialogs that were opened from inside, without telling the app: hidden ones would go on blocking the whole
 * page, and inertness does not reach them. Returns how to open them again, with the person at their `place`.
 */
export function putAwayDialogs(
  content: Element | null,
  focused: Element | null,
  place: PersonPlace | null,
): () => void {
  const open = 'dialog[open]';
  const dialogs = new Set(content?.querySelectorAll<HTMLDialogElement>(open));
  const around = focused?.closest<HTMLDialogElement>(open);
  if (around) dialogs.add(around);
  const modals = [...dialogs].filter(isModalDialog);
  for (const dialog of modals) {
    dialog.addEventListener('close', (event) => event.stopImmediatePropagation(), {
      capture: true,
      once: true,
    });
    dialog.close();
  }
  return () => {
    for (const dialog of modals) {
      if (!dialog.isConnected || dialog.open) continue;
      dialog.showModal();
      // It gives focus to what it finds first; WebKit forgets the caret of that.
      if (place && dialog.contains(place.element)) returnTo(place);
    }
  };
}
