import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Shell = 'bash' | 'zsh' | 'fish';

/** The shells of this machine; bash is on every one that runs these tests. */
export const shells = (['bash', 'zsh', 'fish'] as const).filter(
  (shell) => spawnSync(shell, ['--version']).status === 0,
);

/** What a shell offers, after it read a completion script, for a line whose last word is being typed. */
export function completeIn(shell: Shell, script: string, words: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  try {
    const text = ways[shell](script, words);
    const file = join(folder, 'ask');
    writeFileSync(file, text);
    // Neither reads what the user has configured.
    const options = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell];
    const { stdout, stderr } = spawnSync(shell, [...options, file], {
      env: { ...process.env, HOME: folder },
    });
    if (stderr.length > 0) throw new Error(`${shell} said: ${stderr.toString()}`);
    // fish gives a description after a tab.
    return stdout
      .toString()
      .split('\n')
      .map((line) => line.replace(/\t.*/, '').trim())
      .filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ways: Readonly<Record<Shell, (script: string, words: readonly string[]) => string>> = {
  bash: (script, words) => `source '${script}'
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
_maintenance_mode
printf '%s\\n' "\${COMPREPLY[@]}"`,

  fish: (script, words) => `source '${script}'
complete --do-complete='${words.join(' ')}'`,

  // zsh completes only in its line editor, so that it needs a terminal. What it would add to the line is written down.
  zsh: (script, words) => `zmodload zsh/zpty
export FOUND=$HOME/found
: > $FOUND
cat > $HOME/setup <<'END'
PS1=
autoload -Uz compinit
compinit -D -u
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- "\${hits[@]}" >> $FOUND
  builtin compadd "$@"
}
ask() { _main_complete; print -r '<asked>' }
zle -C ask list-choices ask
bindkey '^X' ask
source '${script}'
print '<ready>'
END
zpty shell zsh -f -i
zpty -w shell "source $HOME/setup"
zpty -r -m shell output '*<ready>*'
zpty -n -w shell ${JSON.stringify(words.join(' '))}$'\\x18'
zpty -r -m shell output '*<asked>*'
cat $FOUND
zpty -d shell`,
};
