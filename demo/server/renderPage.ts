import { renderToString } from 'react-dom/server';
import type { ReactElement } from 'react';

interface Page {
  readonly title: string;
  /** The name that the page's script and stylesheet share. */
  readonly asset: 'shop' | 'operator';
  readonly element: ReactElement;
  /** The data from which the browser script renders the same page. */
  readonly data: unknown;
}

/** Renders the HTML document that the script of the same name hydrates. */
export function renderPage({ title, asset, element, data }: Page): string {
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
