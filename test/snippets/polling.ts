import type { FlagSource } from 'react-maintenance-mode';
import { features } from './features.js';

// #region
import { pollingSource } from 'react-maintenance-mode/http';

const source = pollingSource('/flags', { features });
// #endregion

export const polled: FlagSource = source;
