import type { CommandWords, OptionWords, Vocabulary } from './Vocabulary.js';

/** For bash: names of commands, then options, then files and, where a command is run, commands of the system. */
export function completeBash({ name, commands }: Vocabulary): string {
  const identifier = identifierOf(name);
  const cases = commands.map(({ name: command, options, operands }) => {
    const valued = options.filter(({ value }) => value).flatMap(wordsOf);
    const others = operands === 'command' ? 'commands=1' : `choices="${operands.join(' ')}"`;
    return `    ${command}) options="${options.flatMap(wordsOf).join(' ')}" valued=" ${valued.join(' ')} " ${others} ;;`;
  });
  return `_${identifier}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" options= valued= commands= choices= at
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
  elif [ "$at" -eq "$COMP_CWORD" ] && [ -n "$choices" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
  fi
}
complete -o default -o bashdefault -F _${identifier} ${name}`;
}

/** For zsh, with descriptions; as a file of its own in `fpath`, or by `source`. */
export function completeZsh({ name, commands }: Vocabulary): string {
  const identifier = identifierOf(name);
  const describe = commands.map((command) => `    ${quote(`${command.name}:${command.description}`)}`);
  const cases = commands.map(({ name: command, options, operands }) => {
    // What is run is completed as it would be without us, and after it come no options of ours.
    const rest =
      operands === 'command'
        ? ["'(-)1:command:_command_names -e'", "'*::argument:_normal'"]
        : operands.length > 0
          ? [quote(`1:word:(${operands.join(' ')})`)]
          : [];
    return `    ${command})
      _arguments -S ${[...options.flatMap(zshOption), ...rest].join(' \\\n        ')}
      ;;`;
  });
  return `#compdef ${name}
_${identifier}() {
  # Not "commands", which zsh has for those of the system.
  local -a subcommands
  subcommands=(
${describe.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command subcommands
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _${identifier} ]; then
  _${identifier} "$@"
else
  compdef _${identifier} ${name}
fi`;
}

export function wordsOf({ long, short }: OptionWords): string[] {
  return short ? [short, long] : [long];
}

const zshValues = { none: '', file: ':file:_files', other: ':value: ' };

function zshOption(option: CommandWords['options'][number]): string[] {
  const text = option.description.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
  return wordsOf(option).map((word) => quote(`${word}[${text}]${zshValues[option.value ?? 'none']}`));
}

export function identifierOf(name: string): string {
  return name.replaceAll('-', '_');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
