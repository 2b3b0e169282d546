import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';

export default {
  input: 'src/main.js',
  output: { file: 'dist/main.js', format: 'es' },
  // A bundle of one file has no place for the marks of client files, and needs none.
  onwarn(warning, warn) {
    if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
  },
  plugins: [
    replace({ preventAssignment: true, 'process.env.NODE_ENV': '"production"' }),
    nodeResolve({ browser: true, exportConditions: ['production'] }),
    commonjs(),
  ],
};
