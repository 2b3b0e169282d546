import { describe, expect, it } from 'vitest';
import { openConsumer } from './openConsumer.js';

const project = openConsumer('providers');
const { output } = project.run('node', 'run.mjs');
const results = JSON.parse(/^RESULTS (.*)$/m.exec(output)?.[1] ?? '{}') as Record<string, object>;

describe('openFeatureSource, with the real provider of a service', () => {
  const basics = { on: true, text: 'read-only', state: 'ready', user: 'bob' };
  const object = { mode: 'read-only', title: 'Moving' };

  it.each([
    ['in-memory', {}],
    ['OFREP', {}],
    ['flagd', {}],
    // An empty payload is on; a payload of the type JSON comes as a text.
    ['Unleash', { 'json-text': 'read-only', number: true, absent: false }],
    ['Flagsmith', { false: false, absent: false }],
    ['GrowthBook', { null: false }],
    ['ConfigCat', {}],
    ['LaunchDarkly', {}],
  ])('reads what is off, on, a text and an object: %s', (name, more) => {
    expect(results[name], output).toMatchObject({ off: false, ...basics, object, ...more });
  });
});
