// The page of bench/latency.mjs: one reader of one flag. The address says which reader.
import { createElement as h, memo } from 'react';
import { createRoot } from 'react-dom/client';
import { useFlags, withLDProvider } from 'launchdarkly-react-client-sdk';
import { createClient, createLDReactProviderWithClient, useBoolVariation } from '@launchdarkly/react-sdk';
import { defineFeatures, MaintenanceGate, MaintenanceProvider, useMaintenance } from 'react-maintenance-mode';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';

const query = new URLSearchParams(location.search);
const url = query.get('flags');
const context = { kind: 'user', key: 'bob' };
const features = defineFeatures({ search: { flag: 'search', label: 'Search' } });
/** An error told to `onError` makes the measurement invalid. bench/latency.mjs checks the page for errors. */
const ours = { features, onError: (error) => reportError(error) };
const quiet = { sendEvents: false, fetchGoals: false, diagnosticOptOut: true };

const VendorHook3 = memo(function VendorHook3() {
  return h('i', null, String(useFlags().search));
});

const VendorHook4 = memo(function VendorHook4() {
  return h('i', null, String(useBoolVariation('search', false)));
});

const OurHook = memo(function OurHook() {
  return h('i', null, String(useMaintenance('search').mode === 'down'));
});

/** A search box that becomes a notice. The measured element is in the fallback. */
const OurGate = memo(function OurGate() {
  return h(MaintenanceGate, { feature: 'search', fallback: h('i', null, 'true') }, h('input'));
});

const apps = {
  'hook of version 3': () => version3(h(VendorHook3)),
  'our hook on 3': () => version3(h(LaunchDarklyMaintenanceProvider, ours, h(OurHook))),
  'our gate on 3': () => version3(h(LaunchDarklyMaintenanceProvider, ours, h(OurGate))),
  'hook of version 4': () => version4(h(VendorHook4)),
  'our hook on 4': () => version4(h(OurHook), true),
  'our gate on 4': () => version4(h(OurGate), true),
};

function version3(children) {
  const Root = withLDProvider({
    clientSideID: 'local',
    context,
    options: { ...quiet, baseUrl: url, streamUrl: url, eventsUrl: url },
  })(() => children);
  return h(Root);
}

function version4(children, isOurs = false) {
  const client = createClient('local', context, { ...quiet, baseUri: url, streamUri: url, eventsUri: url });
  void client.start();
  return isOurs
    ? h(MaintenanceProvider, { source: launchDarklySource(client), ...ours }, children)
    : h(createLDReactProviderWithClient(client), null, children);
}

const container = document.body.appendChild(document.createElement('main'));
createRoot(container).render(apps[query.get('app')]());

/** Whether the reader visibly shows this value of the flag. */
function shows(value) {
  const reader = container.querySelector('i');
  const isDown = reader !== null && reader.textContent === 'true' && reader.closest('[hidden]') === null;
  return isDown === value;
}

/** The time at which the reader first shows the value, in epoch milliseconds. */
globalThis.instantOf = (value) =>
  new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${query.get('app')} did not show ${value}`)), 10_000);
    const look = () => {
      if (!shows(value)) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    };
    const observer = new MutationObserver(look);
    observer.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  });
