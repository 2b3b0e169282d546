import type { CommandWords, OptionWords, Vocabulary } from './Vocabulary.js';

/** For bash: names of commands, then options, then files and, where a command is run, commands of the system. */
export function completeBash({ name, commands }: Vocabulary): string {
  const identifier = identifierOf(name);
  const cases = commands.map(({ name: command, options, runsOthers }) => {
    const valued = options.filter(({ takesValue }) => takesValue).flatMap(wordsOf);
    const others = runsOthers ? 'commands=1' : 'commands=';
    return `    ${command}) options="${options.flatMap(wordsOf).join(' ')}" valued=" ${valued.join(' ')} " ${others} ;;`;
  });
  return `_${identifier}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" options= valued= commands= at
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "${commands.map((command) => command.name).join(' ')}" -- "$word")
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  for ((at = 2; at < COMP_CWORD; at++)); do
    if [ "\${COMP_WORDS[at]}" = -- ]; then at=$((at + 1)); break; fi
    if [[ "$valued" == *" \${COMP_WORDS[at]} "* ]]; then at=$((at + 1)); continue; fi
    [[ "\${COMP_WORDS[at]}" == -* ]] || break
  done
  if [ "$at" -eq "$COMP_CWORD" ] && [[ "$word" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  elif [ "$at" -eq "$COMP_CWORD" ] && [ -n "$commands" ]; then
    mapfile -t COMPREPLY < <(compgen -c -- "$word")
  fi
}
complete -o default -o bashdefault -F _${identifier} ${name}`;
}

/** For zsh, with descriptions. */
export function completeZsh({ name, commands }: Vocabulary): string {
  const identifier = identifierOf(name);
  const describe = commands.map((command) => `    ${quote(`${command.name}:${command.description}`)}`);
  const cases = commands.map(({ name: command, options, runsOthers }) => {
    const rest = runsOthers ? ["'*:::command:_normal'"] : ["'*:file:_files'"];
    return `    ${command})
      _arguments ${[...options.flatMap(zshOption), ...rest].join(' \\\n        ')}
      ;;`;
  });
  return `#compdef ${name}
_${identifier}() {
  local -a commands
  commands=(
${describe.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${cases.join('\n')}
  esac
}
_${identifier} "$@"`;
}

/** For fish, with descriptions. */
export function completeFish({ name, commands }: Vocabulary): string {
  const lines = commands.flatMap(({ name: command, description, options }) => [
    `complete -c ${name} -f -n __fish_use_subcommand -a ${command} -d ${fishQuote(description)}`,
    ...options.map(({ long, short, description, takesValue }) =>
      [
        `complete -c ${name} -n ${fishQuote(`__fish_seen_subcommand_from ${command}`)} -l ${long.slice(2)}`,
        short && `-s ${short.slice(1)}`,
        takesValue && '-r',
        `-d ${fishQuote(description)}`,
      ]
        .filter(Boolean)
        .join(' '),
    ),
  ]);
  return lines.join('\n');
}

function wordsOf({ long, short }: OptionWords): string[] {
  return short ? [short, long] : [long];
}

function zshOption(option: CommandWords['options'][number]): string[] {
  const text = option.description.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
  return wordsOf(option).map((word) => quote(`${word}[${text}]${option.takesValue ? ':value:_files' : ''}`));
}

function identifierOf(name: string): string {
  return name.replaceAll('-', '_');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
