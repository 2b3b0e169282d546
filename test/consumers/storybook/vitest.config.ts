import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import viteConfig from './vite.config';

const executablePath = process.env['CHROMIUM_PATH'];

export default mergeConfig(
  viteConfig,
  defineConfig({
    plugins: [storybookTest({ configDir: '.storybook' })],
    test: {
      browser: {
        enabled: true,
        headless: true,
        provider: playwright(executablePath ? { launchOptions: { executablePath } } : {}),
        instances: [{ browser: 'chromium' }],
      },
    },
  }),
);
