/** A test, by its title without its cases. */
interface NamedTest {
  readonly title: string;
  readonly file: string;
}

/** Something that holds for all components together, the tests that show it, and those that show that these can fail. */
export interface Check {
  readonly what: string;
  readonly shownBy: readonly NamedTest[];
  readonly controls: readonly NamedTest[];
}

const axe = namedIn('test/browser/styles.axe.test.ts');
const banner = namedIn('test/browser/banner.test.tsx');
const bannerLayout = namedIn('test/browser/bannerLayout.test.tsx');
const focus = namedIn('test/browser/MaintenanceGate.focus.test.tsx');
const guard = namedIn('test/browser/MaintenanceGate.guard.test.tsx');
const keyboard = namedIn('test/browser/keyboardPath.test.tsx');
const layout = namedIn('test/browser/MaintenanceGate.layout.test.tsx');
const looks = namedIn('test/browser/styles.test.ts');
const looksControl = namedIn('test/browser/styles.controls.test.ts');
const messages = namedIn('test/react/messages.test.tsx');
const announcer = namedIn('test/react/announcer.test.tsx');
const page = namedIn('test/browser/page.test.tsx');
const speech = namedIn('test/browser/speech.test.tsx');
const sticky = namedIn('test/browser/styles.sticky.test.ts');
const time = namedIn('test/react/time.test.tsx');
const typing = namedIn('test/browser/MaintenanceGate.typing.test.tsx');

export const checks: readonly Check[] = [
  {
    what: 'axe finds nothing: every story, in light and dark, in both directions, in English and Arabic; two banners and three gates on one page',
    shownBy: [
      axe('has nothing that axe finds in Arabic, in any look'),
      axe('finds nothing on a page with two banners and three gates'),
    ],
    controls: [
      axe('finds what is wrong in $theme $direction only'),
      axe('finds what is outside of all landmarks, two of one name, a level left out, and targets too small'),
    ],
  },
  {
    what: 'Twenty gates that close in one moment are one announcement; a load, a repeat and a reconnection are none',
    shownBy: [
      speech('speaks once when twenty gates close, once when they open, and never for what is repeated'),
      speech('says nothing when a page comes with everything closed'),
      announcer('waits while the tab is hidden, and then says how things stand'),
    ],
    controls: [speech('would count twenty where each gate had a live role of its own')],
  },
  {
    what: 'What was typed survives every behavior, to the letter and the caret; what is guarded changes in no way',
    shownBy: [
      typing('gives back half-typed text and its caret'),
      typing('gives back checked boxes, open details and inner scroll'),
      guard('lets nobody type, paste, cut, drop or delete'),
      guard('sets nothing off by pointer or keyboard'),
      guard('keeps every value of the form'),
    ],
    controls: [
      typing(
        'loses what was typed where a part is taken out of the page instead, which these tests would notice',
      ),
      guard(
        'leaves links, editors, choices and portals live where a fieldset is disabled instead, which these tests would notice',
      ),
    ],
  },
  {
    what: 'The focus is never lost, and never moved where it was not lost',
    shownBy: [
      focus('goes to what explains it, which has a name and is no stop of the keyboard'),
      focus('moves no focus that was elsewhere'),
      focus('stays away from where the person went in the meantime'),
      banner('gives the focus back to where it came from'),
      banner('keeps the focus on its button through all phases, and to the end'),
      page('gives back what was typed, the caret, the focus and the place on the page'),
    ],
    controls: [focus('is lost where a part is only hidden, which these tests would notice')],
  },
  {
    what: 'By keyboard, people reach what they can see, get out of everything, and dismiss only what they are in',
    shownBy: [
      keyboard('reaches by Tab only what can be seen, in order, and leaves no way out untold'),
      guard('can be walked through by Tab, to the end and out'),
      banner('does nothing by Escape while the focus is elsewhere'),
    ],
    controls: [keyboard('would notice what is only covered or pale, and still reached')],
  },
  {
    what: 'Nothing moves: a layout shift of at most 0.01 for gates, none for a banner whose room is kept',
    shownBy: [
      layout('keeps its room, so that nothing on the page moves'),
      layout('is in view wherever the person is in it'),
      bannerLayout('moves nothing where its room is kept for it'),
      bannerLayout('moves nothing under the eyes of a person who scrolled on'),
    ],
    controls: [
      layout(
        'moves the page where a part is swapped without keeping its room, which these tests would notice',
      ),
      bannerLayout('moves the page where no room is kept, which these tests would notice'),
      bannerLayout('moves it where the page forbids the browser to help, which these tests would notice'),
    ],
  },
  {
    what: 'A banner that stays on top hides nothing that has the focus (WCAG 2.4.11), at 320 by 256 and 1280 by 800 pixels',
    shownBy: [sticky('hides nothing that has the focus behind a banner that stays on top')],
    controls: [
      sticky(
        'would notice a banner that stays on top whatever the size of the window, with nothing said of it',
      ),
    ],
  },
  {
    what: 'Colors of the person, more contrast, paper and less motion are designed for',
    shownBy: [
      looks('has a border all around and a visible icon in forced colors'),
      looks('is plainer to see for those who prefer more contrast'),
      looks('prints black on white and without buttons'),
      looks('moves nothing'),
    ],
    controls: [
      looksControl('would notice in forced colors'),
      looksControl('would notice in print'),
      looksControl('would notice what moves'),
      looksControl('would notice'),
    ],
  },
  {
    what: 'From right to left, with longer, larger and wider texts, at 320 by 256 pixels: all fits',
    shownBy: [
      looks('is mirrored from right to left: the icon at the start, the button at the end'),
      looks('fits 320 by 256 pixels'),
      looks('fits with texts that are 40 % longer at 320 by 256 pixels'),
      looks('fits with text of twice the size at 640 pixels'),
      looks('fits with the text spacing of WCAG 1.4.12 at 320 pixels'),
      looks('has targets of at least 24 by 24 pixels'),
    ],
    controls: [
      looksControl('would notice at 320 pixels'),
      looksControl('would notice a button that is too small'),
    ],
  },
  {
    what: 'The HTML of a server in another zone hydrates in twelve locales; words are plain; what is read-only keeps its contrast',
    shownBy: [
      time('agrees with the server and then shows the time of the viewer'),
      messages('say what is, in every part of the page'),
      messages('are sorry once, in the heading of the page'),
      looks('keeps the contrast of what can be read in a gate that is read-only'),
    ],
    controls: [
      time('would notice a time that is written as the browser likes'),
      messages('would not pass for plain words with a code, a plea or a cry'),
      looksControl('would notice what axe does not: a read-only form that is dimmed'),
    ],
  },
];

function namedIn(file: string): (title: string) => NamedTest {
  return (title) => ({ title, file });
}
