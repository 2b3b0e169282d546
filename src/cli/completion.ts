import { Argument, Command } from 'commander';
import { completeBash, completeFish, completeZsh } from './completionScripts.js';
import type { Terminal } from './Terminal.js';
import type { Vocabulary } from './Vocabulary.js';

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
  return {
    name: program.name(),
    commands: help.visibleCommands(program).map((command) => ({
      name: command.name(),
      description: command.description(),
      runsOthers: command.registeredArguments.some(({ variadic }) => variadic),
      options: help.visibleOptions(command).map(({ long, short, description, required, name }) => ({
        long: long ?? `--${name}`,
        short,
        description,
        takesValue: required,
      })),
    })),
  };
}
