import { createTestSource, type TestSource } from '../testing/createTestSource.js';
import { exampleMaintenance, phaseAndMode } from '../testing/exampleMaintenance.js';
import { globalsOf, ownClockOf, parametersOf, type StoryContextRead } from './StoryParameters.js';

/** Creates a source with the maintenance of the story. What was chosen in the toolbar overrides it. */
export function createStorySource(context: StoryContextRead): TestSource {
  const { features, inMaintenance = {} } = parametersOf(context);
  const maintenance = Object.entries({ ...inMaintenance, ...chosen(context) });
  return createTestSource(
    features,
    // For a flag that means "enabled", `false` would start a maintenance.
    Object.fromEntries(maintenance.filter(([, value]) => value !== false && value !== undefined)),
  );
}

/** The choices in Storybook, as flag values by feature. */
function chosen(context: StoryContextRead): Readonly<Record<string, unknown>> {
  const { maintenance = '' } = globalsOf(context);
  const { features } = parametersOf(context);
  // By the clock that is not moved, so that moving the clock goes through the phases of an example.
  const now = ownClockOf(context)();
  const choices =
    typeof maintenance === 'string'
      ? Object.fromEntries(subjectsOf(context).map((feature) => [feature, maintenance]))
      : maintenance;
  return Object.fromEntries(
    Object.entries(choices).flatMap(([feature, choice]) => {
      const example = phaseAndMode(choice);
      // Storybook keeps the choice when another story is opened, which may have other features.
      const isKnown = !features || Object.hasOwn(features, feature);
      return example && isKnown ? [[feature, exampleMaintenance(...example, now)]] : [];
    }),
  );
}

/** The features that a story names. If it names none, all except the site, which would hide all others. */
function subjectsOf(context: StoryContextRead): readonly string[] {
  const { features = {}, inMaintenance = {} } = parametersOf(context);
  const named = Object.keys(inMaintenance);
  if (named.length) return named;
  return Object.values(features).flatMap(({ key, scope }) => (scope === 'site' ? [] : [key]));
}
