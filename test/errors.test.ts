import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const guide = readFileSync(join(root, 'ERRORS.md'), 'utf8');
const sections = guide.split(/^## /m).slice(1);

/** The members of the type: the compiler sees to it that no other code is thrown. */
function readCodes(): string[] {
  const path = join(root, 'src/core/errors.ts');
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const type = file.statements.find(
    (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === 'MaintenanceErrorCode',
  );
  return [...(type?.getText().matchAll(/'([^']+)'/g) ?? [])].map(([, code]) => code ?? '');
}

describe('ERRORS.md', () => {
  it('has a heading for every code, and no other headings', () => {
    expect(sections.map((section) => section.split('\n')[0]).sort()).toEqual(readCodes().sort());
    expect(readCodes()).toContain('no-provider');
  });

  it.each(sections.map((section) => [section.split('\n')[0], section]))(
    'says of %s what causes it, what to do, in a test too, and what happens in production',
    (_code, section = '') => {
      expect(section.match(/^\*\*.*?\*\*/gm)).toEqual([
        '**Probable cause.**',
        '**What to do.**',
        '**In production.**',
      ]);
      expect(section.split('**What to do.**')[1]?.split('**In production.**')[0]).toMatch(/\bin a test\b/i);
    },
  );

  it('is in the package, at the path that messages name', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    const path = 'node_modules/react-maintenance-mode/ERRORS.md#';

    expect(files).toContain('ERRORS.md');
    expect(readFileSync(join(root, 'src/core/errors.ts'), 'utf8')).toContain(path);
  });
});
