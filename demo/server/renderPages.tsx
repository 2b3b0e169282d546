import { takeSnapshot } from 'react-maintenance-mode';
import { features } from '../features.js';
import { people } from '../people.js';
import { ShopPage, type ShopPageProps } from '../shop/ShopPage.js';
import { OperatorPage, type OperatorPageProps } from '../operator/OperatorPage.js';
import { renderToString } from 'react-dom/server';
import type { ReactElement } from 'react';

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

/** Renders the demo's start page: the operator's panel between two customers. */
export function renderOperator(page: OperatorPageProps): string {
  return renderPage({
    title: 'react-maintenance-mode: the demo',
    asset: 'operator',
    element: <OperatorPage {...page} />,
    data: page,
  });
}

interface Page {
  readonly title: string;
  /** The name that the page's script and stylesheet share. */
  readonly asset: 'shop' | 'operator';
  readonly element: ReactElement;
  /** The data from which the browser script renders the same page. */
  readonly data: unknown;
}

/** Renders the HTML document that the script of the same name hydrates. */
function renderPage({ title, asset, element, data }: Page): string {
  // Inside a script element only "<" could end the element early.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${asset}.css">
</head>
<body>
<div id="root">${renderToString(element)}</div>
<script type="application/json" id="page-data">${json}</script>
<script type="module" src="/assets/${asset}.js"></script>
</body>
</html>
`;
}
