module.exports = {
  mode: 'production',
  entry: './src/main.js',
  output: { filename: 'main.js' },
  performance: { hints: false },
};
