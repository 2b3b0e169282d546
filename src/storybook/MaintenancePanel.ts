import { createElement as h } from 'react';
import { useGlobals, useParameter } from 'storybook/manager-api';
import { choices } from './choices.js';
import { type Feature, labelIn } from '../core/defineFeatures.js';
import type { Choice, MaintenanceGlobals, MaintenanceParameters } from './StoryParameters.js';

/**
 * What is in maintenance, feature by feature. Storybook brings a React of its own for what is around stories, hence no JSX: its
 * runtime would be that of the app.
 */
export function MaintenancePanel(): React.JSX.Element {
  const [globals, updateGlobals] = useGlobals();
  const { features, inMaintenance } = useParameter<MaintenanceParameters>('maintenance', {});
  const { maintenance = 'story' }: MaintenanceGlobals = globals;
  const chosen: Readonly<Record<string, Choice>> = typeof maintenance === 'string' ? {} : maintenance;
  const keys = Object.keys({ ...features, ...inMaintenance });
  const choose = (key: string, choice: Choice) => {
    const next = Object.entries({ ...chosen, [key]: choice }).filter(([, value]) => value !== 'story');
    updateGlobals({ maintenance: next.length ? Object.fromEntries(next) : 'story' });
  };

  if (!keys.length) {
    return h('p', { style: room }, 'Name the features of your app under parameters.maintenance.features.');
  }
  return h(
    'div',
    { style: { ...room, display: 'grid', gap: 12, justifyContent: 'start' } },
    keys.map((key) =>
      h(
        'label',
        { key, style: { display: 'grid', gridTemplateColumns: '12em auto', gap: 12 } },
        labelOf(features, key),
        h(
          'select',
          {
            style: { font: 'inherit' },
            value: chosen[key] ?? 'story',
            onChange: (event: React.ChangeEvent<HTMLSelectElement>) =>
              choose(key, event.target.value as Choice),
          },
          choices.map(([value, title]) => h('option', { key: value, value }, title)),
        ),
      ),
    ),
  );
}

const room = { margin: 0, padding: 16, fontSize: 14 };

function labelOf(features: MaintenanceParameters['features'], key: string): string {
  const all: Readonly<Record<string, Feature>> = features ?? {};
  const feature = all[key];
  // Functions do not reach the manager of Storybook.
  return feature?.label ? labelIn(feature, 'en') : key;
}
