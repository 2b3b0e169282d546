const roles =
  'button checkbox combobox gridcell link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox slider spinbutton switch tab textbox treeitem'
    .split(' ')
    .map((role) => `[role=${role}]`)
    .join();
const controls = `button,input,select,textarea,summary,a[href],area[href],${roles}`;
// What looks like a link and is none: it goes nowhere, or has a role of its own.
const links = ':is(a,area)[href]:not([role]:not([role=link]),[href="#"],[href=""],[href^="javascript:" i])';
const nonText = 'button checkbox color file hidden image radio range reset submit'
  .split(' ')
  .map((type) => `[type=${type}]`)
  .join();
const temporal = 'date time datetime-local month week'
  .split(' ')
  .map((type) => `input[type=${type}]`)
  .join();

/** Whether a person can use the element to change something or to set it off. */
export function isControl(element: Element): boolean {
  return element.matches(controls);
}

/** Whether it leads to another place, and does nothing else. */
export function isLink(element: Element): boolean {
  return element.matches(links);
}

/** Whether text is typed into it, so that it can be read-only. */
export function isTextField(element: Element): boolean {
  return element.matches(`textarea,input:not(${nonText})`);
}

/** Whether it is a date or a time, which its parts take from single keys. */
export function isTemporal(element: Element): boolean {
  return element.matches(temporal);
}

/** Whether it changes on press, before any click. */
export function changesOnPress(element: Element): boolean {
  return element.matches('select,[type=range]');
}
