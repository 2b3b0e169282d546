/** What a component has to do. The words of a requirement are the title of a test, which a test of its own makes sure of. */
export interface Requirement {
  readonly level: 'MUST' | 'SHOULD';
  /** When or where it holds. */
  readonly subject: string;
  /** The title of the test, without its cases. */
  readonly title: string;
  readonly file: string;
}

const gate = 'test/browser/MaintenanceGate';
const react = 'test/react';
const looks = 'test/browser/styles.test.ts';

const lookRequirements: readonly Requirement[] = [
  must('In light and dark, it', 'has readable text, borders and icons', looks),
  must('It', 'fits 320 by 256 pixels', looks),
  must('It', 'fits with text of twice the size at 640 pixels', looks),
  must('It', 'fits with the text spacing of WCAG 1.4.12 at 320 pixels', looks),
  must('It', 'has targets of at least 24 by 24 pixels', looks),
  must('It', 'has a border all around and a visible icon in forced colors', looks),
  must('It', 'moves nothing', looks),
  should('It', 'prints black on white and without buttons', looks),
  should('Its stylesheet', 'gives way to any rule outside of a layer', looks),
];

export const specifications: Readonly<
  Record<'gate' | 'banner' | 'page' | 'gatedCallback', readonly Requirement[]>
> = {
  gate: [
    must(
      'Whatever it does while it is closed, it',
      'gives back half-typed text and its caret',
      `${gate}.typing.test.tsx`,
    ),
    must('It', 'gives back checked boxes, open details and inner scroll', `${gate}.typing.test.tsx`),
    must(
      'Focus that was in what leaves',
      'goes to what explains it, which has a name and is no stop of the keyboard',
      `${gate}.focus.test.tsx`,
    ),
    must(
      'Afterwards it',
      'comes back to the same selection, backwards as it was, in a text and in an editor',
      `${gate}.focus.test.tsx`,
    ),
    must('It', 'stays away from where the person went in the meantime', `${gate}.focus.test.tsx`),
    must('A gate', 'moves no focus that was elsewhere', `${gate}.focus.test.tsx`),
    must(
      'Focus in what stays in sight',
      'stays where it is, and no event tells otherwise',
      `${gate}.focus.test.tsx`,
    ),
    must(
      'With several gates, it',
      'moves focus once when three gates close in one moment, and once when they reopen',
      `${gate}.focus.test.tsx`,
    ),
    must(
      'With `replace`, it',
      'keeps its room, so that nothing on the page moves',
      `${gate}.layout.test.tsx`,
    ),
    must('With what stays in sight, it', 'moves nothing inside or before it', `${gate}.layout.test.tsx`),
    must('With `disable` and `read-only`, it', 'keeps every value of the form', `${gate}.guard.test.tsx`),
    must('It', 'lets nobody type, paste, cut, drop or delete', `${gate}.guard.test.tsx`),
    must('It', 'sets nothing off by pointer or keyboard', `${gate}.guard.test.tsx`),
    must('It', 'submits nothing, from no place', `${gate}.guard.test.tsx`),
    must('It', 'says that it is disabled, and why, to assistive technology', `${gate}.guard.test.tsx`),
    must('It', 'can be walked through by Tab, to the end and out', `${gate}.guard.test.tsx`),
    must('It', 'keeps the contrast of what can be read in a gate that is read-only', looks),
    should('It', 'lets people copy what they wrote', `${gate}.guard.test.tsx`),
    ...lookRequirements,
  ],
  banner: [
    must('It', 'renders nothing for people who are not affected', `${react}/MaintenanceBanner.test.tsx`),
    must('It', 'is a landmark named by its title, and no live region', `${react}/MaintenanceBanner.test.tsx`),
    must('It', 'tells the worst first and opens the rest on demand', `${react}/MaintenanceBanner.test.tsx`),
    must(
      'It',
      'goes through upcoming, under way, taking longer and over as time passes',
      `${react}/MaintenanceBanner.test.tsx`,
    ),
    must(
      'It',
      'says how bad it is before a title that does not, for those who see no colour',
      `${react}/MaintenanceBanner.test.tsx`,
    ),
    must('A dismissal', 'holds for the phase, not for the next', `${react}/MaintenanceBanner.test.tsx`),
    must('A dismissal', 'holds for its window: the next is shown', `${react}/MaintenanceBanner.test.tsx`),
    must('A dismissal', 'does not hide that it became worse', `${react}/MaintenanceBanner.test.tsx`),
    should(
      'A dismissal',
      'holds on the next page, in a storage of choice',
      `${react}/MaintenanceBanner.test.tsx`,
    ),
    should(
      'It',
      'tells once of the features that share a window, and not of those that depend on them',
      `${react}/MaintenanceBanner.test.tsx`,
    ),
    ...lookRequirements,
  ],
  page: lookRequirements,
  gatedCallback: [
    must(
      'It',
      'does not run it while the feature is closed, and tells why',
      `${react}/useGatedCallback.test.tsx`,
    ),
    must(
      'It',
      'goes by the state at the moment of the call, before React renders it',
      `${react}/useGatedCallback.test.tsx`,
    ),
    must('It', 'never runs twice at once, and says so', `${react}/useGatedCallback.test.tsx`),
    must(
      'It',
      'lets an action finish that runs when the feature closes',
      `${react}/useGatedCallback.test.tsx`,
    ),
    must('It', 'hands on what the action throws, and can run again', `${react}/useGatedCallback.test.tsx`),
    should('It', 'stays the same function and calls the latest action', `${react}/useGatedCallback.test.tsx`),
  ],
};

function must(subject: string, title: string, file: string): Requirement {
  return { level: 'MUST', subject, title, file };
}

function should(subject: string, title: string, file: string): Requirement {
  return { level: 'SHOULD', subject, title, file };
}
