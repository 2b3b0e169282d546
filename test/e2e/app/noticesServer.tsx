import { renderToString } from 'react-dom/server';
import { locales, Notices } from './Notices.js';

// Run by Node in a time zone of its own: writes the HTML of each locale.
const now = Number(process.argv[2]);
const html = Object.fromEntries(
  locales.map((locale) => [locale, renderToString(<Notices {...{ locale, now }} />)]),
);
process.stdout.write(JSON.stringify(html));
