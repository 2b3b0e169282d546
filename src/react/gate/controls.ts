const roles =
  'button checkbox combobox gridcell link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox slider spinbutton switch tab textbox treeitem'
    .split(' ')
    .map((role) => `[role=${role}]`)
    .join();
/** What a person can change or activate. */
export const controls = `button,input,select,textarea,summary,a[href],area[href],${roles}`;
// Excludes anchors that are no links: without a target, or with another role.
const links = ':is(a,area)[href]:not([role]:not([role=link]),[href="#"],[href=""],[href^="javascript:" i])';
const nonText = 'button checkbox color file hidden image radio range reset submit'
  .split(' ')
  .map((type) => `[type=${type}]`)
  .join();
const temporal = 'date time datetime-local month week'
  .split(' ')
  .map((type) => `input[type=${type}]`)
  .join();

/** Whether a person can change or activate the element. */
export function isControl(element: Element): boolean {
  return element.matches(controls);
}

/** Whether the element only navigates. */
export function isLink(element: Element): boolean {
  return element.matches(links);
}

/** Whether people type text into the element, so that it can be read-only. */
export function isTextField(element: Element): boolean {
  return element.matches(`textarea,input:not(${nonText})`);
}

/**
 * Whether a notice has more to say than that it does not work: typed text is kept, and a form with the field may not be sent. Of what
 * nobody can look into, nobody knows.
 */
export function isFieldToExplain(element: Element): boolean {
  const { form, isContentEditable } = element as Partial<HTMLInputElement>;
  const isField =
    form && element.matches('select,input:not([type=button],[type=submit],[type=reset],[type=image])');
  return Boolean(isField || isContentEditable || isTextField(element) || isOpaque(element));
}

/** Whether it is a date or time field, whose parts react to single keys. */
export function isTemporal(element: Element): boolean {
  return element.matches(temporal);
}

/** Whether the element changes on press, before the click. */
export function changesOnPress(element: Element): boolean {
  return element.matches('select,[type=range]') || isOpaque(element);
}

/** Whether it is a custom element into which nobody can look. There may be any control inside. */
export function isOpaque(element: Element): boolean {
  return element.localName.includes('-') && !element.shadowRoot;
}
