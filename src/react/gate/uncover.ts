/**
 * Scrolls what took focus out from behind a notice that stays in view (WCAG 2.4.11), where the browser has not: WebKit leaves
 * `scroll-margin` out of account when a person tabs on.
 */
export function uncover(focused: Element, notice: Element | null): void {
  if (!notice) return;
  // The browser scrolls after it gave focus.
  window.requestAnimationFrame(() => {
    const front = notice.getBoundingClientRect();
    const { top, bottom } = focused.getBoundingClientRect();
    if (bottom > front.top && top < front.bottom) focused.scrollIntoView({ block: 'nearest' });
  });
}
