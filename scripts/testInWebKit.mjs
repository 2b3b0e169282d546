// Runs test/browser in WebKit, the engine of Safari. By hand, where there is one: xvfb-run -a npm run test:webkit [-- part of a file's name]
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { bundleTest } from './webkit/bundleTest.mjs';
import { createWebDriver } from './webkit/createWebDriver.mjs';

const folder = fileURLToPath(new URL('../test/browser/', import.meta.url));
const files = readdirSync(folder).filter(
  (file) => file.endsWith('.test.tsx') && file.includes(process.argv[2] ?? ''),
);
const counts = { passed: 0, failed: 0, leftOut: 0 };
const driver = await createWebDriver();
let script = '';
let finish = () => {};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  try {
    response.end(await answer(request.url, body, response));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});

async function answer(path, body, response) {
  if (path === '/act') {
    const action = JSON.parse(body);
    await (action.type === 'click' ? driver.click(action) : driver.keyboard(action.text));
  } else if (path === '/tested') {
    count(JSON.parse(body));
  } else if (path === '/finished') {
    finish();
  } else if (path === '/script.js') {
    response.setHeader('content-type', 'text/javascript; charset=utf-8');
    return script;
  } else {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return '<!doctype html><html lang="en"><title>Tests</title><body><script type="module" src="/script.js"></script>';
  }
  return '';
}

function count({ name, failed, why }) {
  if (!failed) counts.passed += 1;
  else if (String(why).startsWith('Only in Chromium')) {
    counts.leftOut += 1;
    console.log(`  left out: ${name} (${why})`);
  } else {
    counts.failed += 1;
    console.log(`  failed: ${name}\n    ${why}`);
  }
}

await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
console.log(`WebKit ${driver.version}`);
for (const file of files) {
  console.log(file);
  script = await bundleTest(folder + file);
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  await driver.open(`http://127.0.0.1:${server.address().port}/`);
  await finished;
}
await driver.close();
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.leftOut} left out`);
// The server would wait for the browser's connections.
process.exit(counts.failed ? 1 : 0);
