import { hydrateRoot } from 'react-dom/client';

import { readPageData } from '../readPageData.js';
import { ShopPage, type ShopPageProps } from './ShopPage.js';

const root = document.getElementById('root');
// The server wrote both the root and the data.
if (root) hydrateRoot(root, <ShopPage {...(readPageData() as ShopPageProps)} />);
