import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { serve } from './startPage.js';

/** Serves the files of a folder until the test file ends. Returns its address. */
export function serveFolder(folder: string): Promise<string> {
  return serve(({ url: target = '/' }, response) => {
    const { pathname } = new URL(target, 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    readFile(join(folder, path)).then(
      (content) => response.setHeader('content-type', types[extname(path)] ?? 'text/plain').end(content),
      () => response.writeHead(404).end(),
    );
  });
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
