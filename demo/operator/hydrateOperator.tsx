import { hydrateRoot } from 'react-dom/client';

import { readPageData } from '../readPageData.js';
import { OperatorPage } from './OperatorPage.js';
import type { OperatorState } from './OperatorState.js';

const root = document.getElementById('root');
// The server wrote both the root and the data.
if (root) hydrateRoot(root, <OperatorPage initial={readPageData() as OperatorState} />);
