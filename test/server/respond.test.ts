import type { Maintenance } from 'react-maintenance-mode/core';
import { createMaintenanceHandler, respond } from 'react-maintenance-mode/server';
import { describe, expect, it } from 'vitest';

import { features, routes } from './shop.js';

const asPage = () => new Request('https://shop.example/comments', { headers: { accept: 'text/html' } });
const comments: Maintenance = {
  feature: 'comments',
  mode: 'down',
  phase: 'active',
  canRead: false,
  canWrite: false,
  cause: 'comments',
  notice: null,
  windowId: 'move',
};

describe('respond', () => {
  it.each([
    [{}, 'Sorry: Comments are unavailable'],
    [{ en: { down: 'No {feature} for now' } }, 'No Comments for now'],
    [{ en: { down: '{feature} is down', downPlural: '{feature} are down' } }, 'Comments are down'],
  ])('uses the plural for a plural label: %o', async (messages, title) => {
    const response = await respond(asPage(), comments, { label: 'Comments', plural: true, messages });

    expect(await response.text()).toContain(`<h1>${title}</h1>`);
  });

  it('uses the singular by default', async () => {
    const response = await respond(asPage(), comments, { label: 'The comment section' });

    expect(await response.text()).toContain('<h1>Sorry: The comment section is unavailable</h1>');
  });
});

it('gives the same text as a handler for a plural feature', async () => {
  const handler = createMaintenanceHandler({
    features,
    readFlags: () => ({ 'comments-maintenance': 'down' }),
    failure: 'open',
    routes,
  });

  const { response } = await handler(asPage());

  expect(await response?.text()).toContain('<h1>Sorry: Comments are unavailable</h1>');
});
