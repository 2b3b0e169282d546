import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Plugin } from 'esbuild';

/**
 * Writes the licenses of every bundled package into `THIRD_PARTY_LICENSES.txt` next to the bundle.
 * The build fails if a package has no license text.
 */
export function thirdPartyLicenses(): Plugin {
  return {
    name: 'third-party-licenses',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile, errors }) => {
        if (!metafile || errors.length > 0) return;
        const folders = new Set(Object.keys(metafile.inputs).flatMap(packageFolder));
        const notices = [...folders].map(describePackage).sort();
        const folder = build.initialOptions.outdir ?? '.';
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'THIRD_PARTY_LICENSES.txt'), [HEADER, ...notices, APACHE_2].join(RULE));
      });
    },
  };
}

const HEADER = 'The command maintenance-mode contains the following packages.\n';
// LaunchDarkly's packages only link to this text, but a redistribution has to include it.
const APACHE_2 = readFileSync('scripts/Apache-2.0.txt', 'utf8');
const RULE = `\n${'-'.repeat(80)}\n\n`;

/** Returns the folder of the package that a bundled file belongs to. A file of our own has none. */
function packageFolder(file: string): string[] {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  return found === undefined ? [] : [found];
}

function describePackage(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  if (texts.length === 0)
    throw new Error(`${name} has no license text in its package, so it cannot be bundled.`);
  const contents = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...contents].join('\n\n') + '\n';
}
