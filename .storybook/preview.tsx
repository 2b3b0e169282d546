import type { Preview } from '@storybook/react-vite';
import type { MaintenanceParameters } from 'react-maintenance-mode/storybook';
import * as maintenance from 'react-maintenance-mode/storybook/preview';
import './docs.css';
import './layers.css';
import 'react-maintenance-mode/styles.css';
import { checkEveryLook } from './checkEveryLook.js';
import { axeTags } from './everyLook.js';
import { localeMessages } from './localeMessages.js';
import { storybookTheme } from './storybookTheme.js';
import { storyNow } from './storyNow.js';
import { withSurface } from './withSurface.js';

const preview: Preview = {
  tags: ['autodocs'],
  // An app lists react-maintenance-mode/storybook under `addons` instead; Storybook then loads these annotations itself.
  decorators: [...maintenance.decorators, withSurface],
  beforeEach: maintenance.beforeEach,
  afterEach: checkEveryLook,
  parameters: {
    maintenance: { now: storyNow, messages: localeMessages } satisfies MaintenanceParameters,
    layout: 'fullscreen',
    backgrounds: { disable: true },
    controls: { expanded: true, sort: 'requiredFirst' },
    docs: {
      theme: storybookTheme(),
      toc: { headingSelector: 'h2, h3' },
      extractComponentDescription: describe,
    },
    a11y: {
      test: 'error',
      options: {
        runOnly: axeTags,
      },
    },
    options: {
      storySort: {
        order: [
          'Guides',
          [
            'Introduction',
            'Getting started',
            'Next',
            'Server',
            'Server: paths and methods',
            'Server: batches and bodies',
            'Load balancers and proxies',
            'Flag services',
            'How it works',
            'Per-user maintenance',
            'Writing a notice',
            'Accessibility',
            'Theming',
            'Localisation',
            'Testing',
            'Storybook',
            'Developer tools',
            'Works with',
            'Works with: API libraries',
            'Works with: frameworks and bundlers',
            'Other maintenance modes',
            'Security',
            'What is checked',
            'Errors',
          ],
          'Components',
          ['MaintenanceGate', 'MaintenanceBanner', 'MaintenancePage', '*', ['Docs', 'Specification', '*']],
          'Patterns',
        ],
      },
    },
  },
  initialGlobals: {
    ...maintenance.initialGlobals,
    theme: window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
    direction: 'auto',
    locale: 'en-GB',
    timeZone: 'UTC',
  },
  globalTypes: {
    ...maintenance.globalTypes,
    theme: menu('Theme', 'circlehollow', [
      ['light', 'Light'],
      ['dark', 'Dark'],
    ]),
    direction: menu('Direction', 'transfer', [
      ['auto', 'As the language is written'],
      ['ltr', 'Left to right'],
      ['rtl', 'Right to left'],
    ]),
    locale: menu('Locale', 'globe', [
      ['en-GB', 'English (UK)'],
      ['en-US', 'English (US)'],
      ['de', 'Deutsch'],
      ['fr', 'Français'],
      ['es', 'Español'],
      ['pt-BR', 'Português (Brasil)'],
      ['ja', '日本語'],
      ['zh-Hans', '简体中文'],
      ['ar', 'العربية'],
      ['he', 'עברית'],
      ['en-XA', 'Longer by 40 %'],
    ]),
    timeZone: menu('Time zone', 'location', [
      ['UTC', 'UTC'],
      ['Europe/Berlin', 'Berlin'],
      ['America/New_York', 'New York'],
      ['Asia/Kolkata', 'Kolkata'],
      ['Asia/Tokyo', 'Tokyo'],
      ['Pacific/Auckland', 'Auckland'],
    ]),
  },
};

export default preview;

/** A toolbar menu without a title. Six menus with titles do not fit beside Storybook's own. */
function menu(
  description: string,
  icon: string,
  items: readonly (readonly [value: string, title: string])[],
): object {
  return {
    description,
    toolbar: { icon, dynamicTitle: false, items: items.map(([value, title]) => ({ value, title })) },
  };
}

/** The part of a component's comment before its TSDoc tags. */
function describe(component?: { readonly __docgenInfo?: { readonly description?: string } }): string {
  return component?.__docgenInfo?.description?.split(/^\s*@/m)[0] ?? '';
}
