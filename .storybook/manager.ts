import { addons } from 'storybook/manager-api';
import '../src/storybook/manager.js';
import { storybookTheme } from './storybookTheme.js';

addons.setConfig({ theme: storybookTheme() });
