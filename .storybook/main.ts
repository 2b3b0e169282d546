import type { StorybookConfig } from '@storybook/react-vite';
import remarkGfm from 'remark-gfm';
import { defaultClientConditions } from 'vite';

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/**/*.mdx', '../stories/**/*.stories.tsx'],
  addons: [
    {
      name: '@storybook/addon-docs',
      options: { mdxPluginOptions: { mdxCompileOptions: { remarkPlugins: [remarkGfm] } } },
    },
    '@storybook/addon-a11y',
    '@storybook/addon-vitest',
  ],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  features: { sidebarOnboardingChecklist: false },
  typescript: {
    // `react-docgen` cannot read the props of a component that forwards its ref.
    reactDocgen: 'react-docgen-typescript',
    reactDocgenTypescriptOptions: {
      // Leave out the props that every HTML element has.
      propFilter: ({ parent }) => !parent?.fileName.includes('node_modules'),
      shouldRemoveUndefinedFromOptional: true,
    },
  },
  viteFinal: (vite) => ({
    ...vite,
    resolve: {
      ...vite.resolve,
      // Stories import the package by its name, as an app does. This condition resolves it to the sources.
      conditions: ['react-maintenance-mode-source', ...defaultClientConditions],
    },
  }),
};

export default config;
