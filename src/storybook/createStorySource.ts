import { createTestSource, type TestSource } from '../testing/createTestSource.js';
import { exampleMaintenance, phaseAndMode } from '../testing/exampleMaintenance.js';
import { globalsOf, ownClockOf, parametersOf, type StoryContextRead } from './StoryParameters.js';

/** A source that says what the story says, and over it what the toolbar says. */
export function createStorySource(context: StoryContextRead): TestSource {
  const { features, inMaintenance = {} } = parametersOf(context);
  const maintenance = Object.entries({ ...inMaintenance, ...chosen(context) });
  return createTestSource(
    features,
    // Said of a feature that is on while nothing is the matter, `false` would be its maintenance.
    Object.fromEntries(maintenance.filter(([, value]) => value !== false && value !== undefined)),
  );
}

/** What was chosen in Storybook, as values of flags by feature. */
function chosen(context: StoryContextRead): Readonly<Record<string, unknown>> {
  const { maintenance = '' } = globalsOf(context);
  const { features } = parametersOf(context);
  // Not by the moved clock: moving it leads through an example as through any other window.
  const now = ownClockOf(context)();
  const choices =
    typeof maintenance === 'string'
      ? Object.fromEntries(subjectsOf(context).map((feature) => [feature, maintenance]))
      : maintenance;
  return Object.fromEntries(
    Object.entries(choices).flatMap(([feature, choice]) => {
      const example = phaseAndMode(choice);
      // What was chosen for one story stays chosen for the next, which may be about something else.
      const isKnown = !features || Object.hasOwn(features, feature);
      return example && isKnown ? [[feature, exampleMaintenance(...example, now)]] : [];
    }),
  );
}

/** The features that a story is about: those that it names, or else all but the site, which would hide every other. */
function subjectsOf(context: StoryContextRead): readonly string[] {
  const { features = {}, inMaintenance = {} } = parametersOf(context);
  const named = Object.keys(inMaintenance);
  if (named.length) return named;
  return Object.values(features).flatMap(({ key, scope }) => (scope === 'site' ? [] : [key]));
}
