import type { StorybookConfig } from '@storybook/react-webpack5';
const config: StorybookConfig = {
  framework: '@storybook/react-webpack5',
  stories: ['../src/*.stories.tsx'],
  addons: ['@storybook/addon-webpack5-compiler-swc', 'react-maintenance-mode/storybook'],
  swc: () => ({ jsc: { transform: { react: { runtime: 'automatic' } } } }),
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
};
export default config;
