// #region
module.exports = {
  testEnvironment: 'jsdom',
  // The package is ESM: Jest has to transform it like your own code.
  transformIgnorePatterns: ['/node_modules/(?!react-maintenance-mode/)'],
};
// #endregion
