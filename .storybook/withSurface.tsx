import type { Decorator } from '@storybook/react-vite';
import { textDirection } from '../src/core/localize.js';
import './surface.css';

/** The surface behind a story, with the theme, direction and language of the toolbar. */
export const withSurface: Decorator = (Story, { globals, parameters, viewMode }) => (
  <div
    className="story-surface"
    data-page={parameters['page'] ? '' : undefined}
    data-view={viewMode}
    data-theme={globals['theme']}
    dir={globals['direction'] === 'auto' ? textDirection(String(globals['locale'])) : globals['direction']}
    lang={globals['locale']}
  >
    <Story />
  </div>
);
