import { Argument, Command } from 'commander';
import { completeBash, completeZsh } from './completionScripts.js';
import { completeFish } from './fishCompletion.js';
import type { Terminal } from './Terminal.js';
import type { CommandWords, Vocabulary } from './Vocabulary.js';

const help = `
Examples:
  $ maintenance-mode completion bash > ~/.local/share/bash-completion/completions/maintenance-mode
  $ maintenance-mode completion zsh > "\${fpath[1]}/_maintenance-mode"
  $ maintenance-mode completion fish > ~/.config/fish/completions/maintenance-mode.fish`;

/** The command `completion`: a script by which a shell completes the words of this program. */
export function createCompletionCommand(terminal: Terminal): Command {
  const scripts = { bash: completeBash, zsh: completeZsh, fish: completeFish };
  return new Command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(scripts)))
    .addHelpText('after', help)
    .action((shell: keyof typeof scripts, _options: unknown, command: Command) => {
      const { parent } = command;
      if (!parent) throw new Error('The command completion stands alone.');
      terminal.print(scripts[shell](readVocabulary(parent)));
    });
}

/** The words of the program, as its definition has them. */
function readVocabulary(program: Command): Vocabulary {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  return {
    name: program.name(),
    commands: commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      operands: operandsOf(command, commands),
      options: help.visibleOptions(command).map(({ long, short, description, required, name, flags }) => ({
        long: long ?? `--${name}`,
        short,
        description,
        value: !required ? undefined : /<(file|command)>$/.test(flags) ? 'file' : 'other',
      })),
    })),
  };
}

function operandsOf(command: Command, all: readonly Command[]): CommandWords['operands'] {
  const [first] = command.registeredArguments;
  if (first?.variadic) return 'command';
  // Commander's own command `help` says nothing of what it takes.
  return command.name() === 'help' ? all.map((other) => other.name()) : (first?.argChoices ?? []);
}
