import type { StorybookConfig } from '@storybook/react-vite';

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../src/*.stories.tsx'],
  addons: ['@storybook/addon-vitest', 'react-maintenance-mode/storybook'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
};

export default config;
