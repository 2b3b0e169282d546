import { inForcedColors, lookRequirements, looks, must, should, type Requirement } from './requirements.js';

const gate = 'test/browser/MaintenanceGate';
const react = 'test/react';
const bannerInChromium = 'test/browser/banner.test.tsx';
const pageInChromium = 'test/browser/page.test.tsx';
const speech = 'test/browser/speech.test.tsx';

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
      'A page of them',
      'speaks once when twenty gates close, once when they open, and never for what is repeated',
      speech,
    ),
    must('It', 'says nothing when a page comes with everything closed', speech),
    must(
      'A page of them',
      'reaches by Tab only what can be seen, in order, and leaves no way out untold',
      'test/browser/keyboardPath.test.tsx',
    ),
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
      'In whatever way it closes, it',
      'keeps its room, so that nothing on the page moves',
      `${gate}.layout.test.tsx`,
    ),
    must(
      'With disable and read-only, its content',
      'can all be scrolled to in the room that its notice leaves',
      `${gate}.layout.test.tsx`,
    ),
    must(
      'The notice of what stays in sight',
      'is in view wherever the person is in it',
      `${gate}.layout.test.tsx`,
    ),
    must('It', 'never hides what has focus behind its notice', `${gate}.layout.test.tsx`),
    must('With disable and read-only, it', 'keeps every value of the form', `${gate}.guard.test.tsx`),
    must('It', 'lets nobody type, paste, cut, drop or delete', `${gate}.guard.test.tsx`),
    must('It', 'sets nothing off by pointer or keyboard', `${gate}.guard.test.tsx`),
    must('It', 'submits nothing, from no place', `${gate}.guard.test.tsx`),
    must(
      'It',
      'says of each control what it refuses, and why, to assistive technology',
      `${gate}.guard.test.tsx`,
    ),
    must('It', 'can be walked through by Tab, to the end and out', `${gate}.guard.test.tsx`),
    must('It', 'keeps the contrast of what can be read in a gate that is read-only', looks),
    should('It', 'lets people copy what they wrote', `${gate}.guard.test.tsx`),
    inForcedColors,
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
    must('It', 'never takes the focus from what a person types, whatever the banner does', bannerInChromium),
    must('Dismissed by keyboard, it', 'gives the focus back to where it came from', bannerInChromium),
    must(
      'The focus',
      'goes to the next notice while there is one, and from the last back to where it came from',
      bannerInChromium,
    ),
    must('It', 'keeps the focus on its button through all phases, and to the end', bannerInChromium),
    must('It', 'does nothing by Escape while the focus is elsewhere', bannerInChromium),
    must('It', 'opens the other notices by keyboard', bannerInChromium),
    must('It', 'moves nothing where its room is kept for it', 'test/browser/bannerLayout.test.tsx'),
    must(
      'It',
      'moves nothing under the eyes of a person who scrolled on',
      'test/browser/bannerLayout.test.tsx',
    ),
    must('It', 'is mirrored from right to left: the icon at the start, the button at the end', looks),
    must(
      'With the stylesheet of the guide, it',
      'hides nothing that has the focus behind a banner that stays on top',
      'test/browser/styles.sticky.test.ts',
    ),
    inForcedColors,
    must('A dismissal', 'holds for the phase, not for the next', `${react}/MaintenanceBanner.test.tsx`),
    must('A dismissal', 'holds for its window: the next is shown', `${react}/MaintenanceBanner.test.tsx`),
    must('A dismissal', 'does not hide that it became worse', `${react}/MaintenanceBanner.test.tsx`),
    should(
      'A dismissal',
      'holds on the next page, in a storage of choice',
      `${react}/MaintenanceBanner.test.tsx`,
    ),
    must(
      'A dismissal',
      'holds for this page where the storage throws',
      `${react}/MaintenanceBanner.test.tsx`,
    ),
    should(
      'It',
      'tells once of the features that share a window, and not of those that depend on them',
      `${react}/MaintenanceBanner.test.tsx`,
    ),
    ...lookRequirements,
  ],
  page: [
    must(
      'It',
      'shows the app while that works, also while it can only be read',
      `${react}/MaintenancePage.test.tsx`,
    ),
    must(
      'It',
      'stands in for the app as the one main part with the one heading, and gives it back as it was',
      `${react}/MaintenancePage.test.tsx`,
    ),
    must(
      'It',
      'mounts nothing of an app that is down from the start, on the server either',
      `${react}/MaintenancePage.test.tsx`,
    ),
    must(
      'It',
      'does not give way to the app while the person does something on it, but offers to',
      `${react}/MaintenancePage.test.tsx`,
    ),
    must('It', 'gives way by itself the next time', `${react}/MaintenancePage.test.tsx`),
    must(
      'It',
      'goes on being the page when the site closes again before the person went back',
      `${react}/MaintenancePage.test.tsx`,
    ),
    must('It', 'gives back what was typed, the caret, the focus and the place on the page', pageInChromium),
    must(
      'It',
      'waits for the person who is busy on the page, and brings them back to where they were',
      pageInChromium,
    ),
    must('It', 'keeps the focus when the way back closes again before it was taken', pageInChromium),
    must('It', 'brings a person to the heading of an app that they had not seen yet', pageInChromium),
    must('It', 'leaves the focus alone that is outside of the app', pageInChromium),
    must('Its words', 'are sorry once, in the heading of the page', `${react}/messages.test.tsx`),
    should(
      'It',
      'holds the place of the app until the first answer, where that is wished',
      `${react}/MaintenancePage.test.tsx`,
    ),
    should(
      'It',
      'has the places of a banner, and passes everything else to its main part',
      `${react}/MaintenancePage.test.tsx`,
    ),
    ...lookRequirements,
  ],
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
