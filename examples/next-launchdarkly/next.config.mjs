export default {
  serverExternalPackages: ['@launchdarkly/node-server-sdk'],
  turbopack: { root: import.meta.dirname },
};
