import { takeSnapshot } from 'react-maintenance-mode';

import { features } from '../features.js';
import { people } from '../people.js';
import { ShopPage, type ShopPageProps } from '../shop/ShopPage.js';
import { renderPage } from './renderPage.js';

/** Renders the shop for one person. Their flags are evaluated before the first byte is sent. */
export function renderShop(page: Omit<ShopPageProps, 'snapshot'>): string {
  const data: ShopPageProps = { ...page, snapshot: takeSnapshot({ features, flags: page.bootstrap }) };
  return renderPage({
    title: `Rim & Foot, for ${people[page.person].name}`,
    asset: 'shop',
    element: <ShopPage {...data} />,
    data,
  });
}
