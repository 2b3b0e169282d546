import { identifierOf, wordsOf } from './completionScripts.js';
import type { OptionWords, Vocabulary } from './Vocabulary.js';

/** For fish, with descriptions. What is run is completed as it would be without us. */
export function completeFish({ name, commands }: Vocabulary): string {
  const prefix = `__${identifierOf(name)}`;
  const valued = new Set(
    commands.flatMap(({ options }) => options.filter(({ value }) => value)).flatMap(wordsOf),
  );
  const runners = commands.filter(({ operands }) => operands === 'command').map((command) => command.name);
  const complete = (condition: string, rest: string): string =>
    `complete -c ${name} -n ${quote(condition)} ${rest}`;
  return [
    functionsOf(prefix, [...valued]),
    `complete -c ${name} -f`,
    ...commands.flatMap(({ name: command, description, options, operands }) => [
      complete('__fish_use_subcommand', `-a ${command} -d ${quote(description)}`),
      ...options.map((option) => complete(`${prefix}_at_options ${command}`, wordsFor(option))),
      ...(operands !== 'command' && operands.length > 0
        ? [complete(`${prefix}_at_operand ${command}`, `-a ${quote(operands.join(' '))}`)]
        : []),
    ]),
    complete(`${prefix}_after_options ${runners.join(' ')}`, `-a '(${prefix}_run)'`),
  ].join('\n');
}

/** Functions that know where in a line the cursor is. `commandline -opc` gives the words before it. */
function functionsOf(prefix: string, valued: readonly string[]): string {
  return `# The place of the first word after the options, whether it is there already or not.
function ${prefix}_operand
    set -l words (commandline -opc)
    set -l at 3
    while test $at -le (count $words)
        if test "$words[$at]" = --
            math $at + 1
            return
        else if contains -- "$words[$at]" ${valued.join(' ')}
            set at (math $at + 2)
        else if string match -q -- '-*' "$words[$at]"
            set at (math $at + 1)
        else
            break
        end
    end
    echo $at
end
function ${prefix}_uses
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv
end
function ${prefix}_at_operand
    ${prefix}_uses $argv; and test (${prefix}_operand) -eq (math (count (commandline -opc)) + 1)
end
function ${prefix}_at_options
    ${prefix}_uses $argv; and test (${prefix}_operand) -gt (count (commandline -opc)); and not contains -- -- (commandline -opc)
end
function ${prefix}_after_options
    ${prefix}_uses $argv; and test (${prefix}_operand) -le (math (count (commandline -opc)) + 1)
end
function ${prefix}_run
    set -l words (commandline -opc)
    set -l at (${prefix}_operand)
    set -l line
    test $at -le (count $words); and set line (string escape -- $words[$at..-1])
    complete --do-complete=(string join ' ' -- $line (commandline -ct) | string collect)
end`;
}

function wordsFor({ long, short, description, value }: OptionWords): string {
  const takes = { none: '', file: ' -rF', other: ' -x' }[value ?? 'none'];
  return `-l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ''}${takes} -d ${quote(description)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
