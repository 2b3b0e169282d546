// #region
// .storybook/preview.ts
import type { Preview } from '@storybook/react-vite';
import type { MaintenanceParameters } from 'react-maintenance-mode/storybook';
import 'react-maintenance-mode/styles.css';
import { features } from '../src/features';

const preview: Preview = {
  parameters: { maintenance: { features } satisfies MaintenanceParameters },
};

export default preview;
// #endregion
