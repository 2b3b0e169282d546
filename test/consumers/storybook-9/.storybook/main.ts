import type { StorybookConfig } from '@storybook/react-vite';
const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../src/*.stories.tsx'],
  addons: ['react-maintenance-mode/storybook'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
};
export default config;
