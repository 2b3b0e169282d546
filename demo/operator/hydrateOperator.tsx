import { hydrateRoot } from 'react-dom/client';

import { readPageData } from '../readPageData.js';
import { OperatorPage, type OperatorPageProps } from './OperatorPage.js';

const root = document.getElementById('root');
// The server wrote both the root and the data.
if (root) hydrateRoot(root, <OperatorPage {...(readPageData() as OperatorPageProps)} />);
