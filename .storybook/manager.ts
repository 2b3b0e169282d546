import '../src/storybook/manager.js';
