import { renderToString } from 'react-dom/server';
import type { ReactElement } from 'react';

interface Page {
  readonly title: string;
  /** The name of the page's script and stylesheet. */
  readonly asset: 'shop' | 'operator';
  readonly element: ReactElement;
  /** What the script in the browser renders the same page from. */
  readonly data: unknown;
}

/** The HTML of a page that the script of the same name takes over. */
export function renderPage({ title, asset, element, data }: Page): string {
  // In a script element only this one character could end it early.
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
