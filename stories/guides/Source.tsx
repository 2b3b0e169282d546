import { Source as StorybookSource } from '@storybook/addon-docs/blocks';
import type { ComponentProps } from 'react';
import { prefersDark } from '../../.storybook/storybookTheme.js';

/** Code in a block. Storybook's own block is light on every page that has no stories, whatever the theme is. */
export function Source(props: ComponentProps<typeof StorybookSource>): React.JSX.Element {
  return <StorybookSource {...props} dark={prefersDark()} />;
}
