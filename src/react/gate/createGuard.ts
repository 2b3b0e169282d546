import type { DOMAttributes, KeyboardEvent, SyntheticEvent } from 'react';
import { createLocks, type Locks } from './createLocks.js';

/** Keeps content readable and reachable while nothing in it can be changed or set off. */
export interface Guard extends Locks {
  /** For the element around the content. React calls them for portals of the content, too. */
  readonly handlers: DOMAttributes<HTMLElement>;
}

const guarded =
  'Click AuxClick DoubleClick Submit Reset Input Change Paste Cut Drop DragStart ContextMenu KeyDown KeyUp PointerDown PointerUp MouseDown MouseUp TouchStart TouchEnd';

// They change on press, before any click, and by keys that only move elsewhere.
const changesOnPress = 'select,[type=range]';

/** Makes the guard of one gate. What carries `data-maintenance-allow` stays live, with all inside it. */
export function createGuard(): Guard {
  const locks = createLocks();
  const values = new WeakMap<Element, string>();

  function handle(event: SyntheticEvent): void {
    const { type } = event;
    // React gives the element even where the event is about a text in it.
    const target = event.target as Element;
    // Whoever can hear something can stop it (WCAG 1.4.2).
    if (target.closest('[data-maintenance-allow],audio,video')) return;
    const control = target.closest<HTMLInputElement | HTMLSelectElement>(changesOnPress);
    if (type === 'focus') return locks.lock(target);
    // The way out of a dialog or a menu.
    if ((event as KeyboardEvent).key === 'Escape') return;
    event.stopPropagation();
    if (preventsDefault(event, control)) event.preventDefault();
    if (!control) return;
    // A slider follows a finger whatever is prevented.
    if (type === 'pointerdown') values.set(control, control.value);
    const value = values.get(control);
    if (type === 'input' && value !== undefined) control.value = value;
  }

  return {
    handlers: Object.fromEntries(
      ['Focus', ...guarded.split(' ')].map((name) => [`on${name}Capture`, handle]),
    ),
    ...locks,
  };
}

function preventsDefault(event: SyntheticEvent, control: Element | null): boolean {
  const { type } = event;
  if (type === 'keydown') {
    const { key, ctrlKey, metaKey } = event as KeyboardEvent;
    return key === 'Enter' || key === ' ' || (control !== null && key !== 'Tab' && !ctrlKey && !metaKey);
  }
  if (/^(pointer|mouse)/.test(type)) return control !== null;
  // Copying and the browser's own menu go on; listeners for touches are passive.
  return !/^(key|touch|context)/.test(type);
}
