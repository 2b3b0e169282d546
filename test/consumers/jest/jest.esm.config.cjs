// Run as: NODE_OPTIONS=--experimental-vm-modules jest
module.exports = {
  testEnvironment: 'jsdom',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      { module: { type: 'es6' }, jsc: { transform: { react: { runtime: 'automatic' } } } },
    ],
  },
};
