import { InMemoryProvider, OpenFeature } from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';
import { memorySource } from 'react-maintenance-mode/core';
import { createDevtools } from 'react-maintenance-mode/devtools';
import { eventStreamSource, pollingSource } from 'react-maintenance-mode/http';
import { openFeatureSource } from 'react-maintenance-mode/openfeature';
import { persistedSource } from 'react-maintenance-mode/persisted';
import {
  createTestSource,
  flagSourceContract,
  memoryStorage,
  type SourceUnderTest,
} from 'react-maintenance-mode/testing';
import { afterAll, describe, expect, it } from 'vitest';

import { startEndpoint } from '../e2e/startEndpoint.js';

const off = { 'search-maintenance': false, 'comments-maintenance': false };

const sources: Readonly<Record<string, () => SourceUnderTest | Promise<SourceUnderTest>>> = {
  createTestSource() {
    const source = createTestSource<string>(undefined, off);
    return { source, set: (flag, value) => source.start(flag, value) };
  },
  createDevtools() {
    const source = memorySource(off);
    return { source: createDevtools().wrap(source), set: (flag, value) => source.set(flag, value) };
  },
  persistedSource() {
    const source = memorySource(off);
    return {
      source: persistedSource(source, { user: 'bob', storage: memoryStorage() }),
      set: (flag, value) => source.set(flag, value),
    };
  },
  async pollingSource() {
    const { url, set } = await startEndpoint();
    return { source: pollingSource(`${url}/flags`, { intervalMs: 20, windowIntervalMs: 20 }), set };
  },
  async eventStreamSource() {
    const { url, set } = await startEndpoint();
    return { source: eventStreamSource(`${url}/stream`, { EventSource }), set };
  },
  async openFeatureSource() {
    const values: Record<string, unknown> = { ...off };
    const provider = new InMemoryProvider(configuration(values));
    await OpenFeature.setProviderAndWait(provider);
    return {
      source: openFeatureSource(OpenFeature.getClient()),
      set(flag, value) {
        values[flag] = value;
        return provider.putConfiguration(configuration(values));
      },
    };
  },
};

afterAll(() => OpenFeature.clearProviders());

describe.each(Object.keys(sources))('%s', (name) => {
  it.each(flagSourceContract(() => sources[name]?.() ?? Promise.reject(new Error(name))))(
    '$title',
    async ({ check }) => {
      await expect(check()).resolves.toBeUndefined();
    },
  );
});

function configuration(values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(values).map(([flag, value]) => [
      flag,
      // The provider wants one of four types, and takes any.
      { variants: { value: value as boolean }, defaultVariant: 'value', disabled: false },
    ]),
  );
}
