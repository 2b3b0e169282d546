// Checks the types of the repository, of test/widgets and of test/snippets, as `tsc --noEmit` would with each of their configurations. One process
// reads the files that all three have in common, which are most, once.
import { join, sep } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const files = new Map();
const found = ['.', 'test/widgets', 'test/snippets'].flatMap(check);

const place = {
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
  getCanonicalFileName: (name) => name,
};
if (found.length) {
  const format = process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  console.error(format(ts.sortAndDeduplicateDiagnostics(found), place));
  process.exit(1);
}

/** The errors in the files of a configuration. What those import from elsewhere is checked with the configuration of the repository. */
function check(folder) {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, folder, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (error) => {
        throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
      },
    },
  );
  const program = ts.createProgram(config.fileNames, config.options, shareFiles(config.options));
  const own = program
    .getSourceFiles()
    .filter(({ fileName }) => folder === '.' || fileName.startsWith(join(root, folder) + sep));
  return [
    ...config.errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...own.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ];
}

function shareFiles(options) {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => {
    if (!files.has(name)) files.set(name, getSourceFile(name, ...rest));
    return files.get(name);
  };
  return host;
}
