import { Command, InvalidArgumentError, Option } from 'commander';
import { interpretFlag, localePattern } from '../../core/interpretFlag.js';
import { isLocale } from '../../core/localize.js';
import type { MaintenanceWindow } from '../../core/timeline.js';
import type { FlagSwitch, SwitchState } from '../../switch/FlagSwitch.js';
import { describeExitCodes, exitCodes } from '../exitCodes.js';
import { phaseOf, valueFor, refuseOn, warnOfMissingBrowsers } from '../switchState.js';
import {
  addNoticeOptions,
  checkValue,
  formatIsoTime,
  type Instant,
  type NoticeOptions,
  noticeValue,
  parseInstant,
  resolveInstant,
  addSwitchOptions,
  environmentVariables,
  openSwitch,
  parseNewUser,
  type SwitchOptions,
} from '../options.js';
import { formatAuditComment } from '../auditComment.js';
import type { Terminal } from '../Terminal.js';
import { listUsers, messageOf, operatorName, wrapToTerminal } from '../text.js';

interface AnnounceOptions extends SwitchOptions, NoticeOptions {
  readonly startsAt?: Instant;
  readonly atOnce?: boolean;
  readonly cancel?: boolean;
  readonly mode?: string;
  readonly link?: string;
  readonly linkText?: string;
  readonly language?: string;
  readonly comment?: string;
  readonly yes?: boolean;
}

const help = `
People see the announcement at once. The feature closes at the start, without another command, and stays closed until "off". With --at-once it closes
now. --cancel withdraws an announcement that has not begun.

For texts in other languages use options such as --title-fr and --message-pt-BR. People read the text in the language of the page. --title and --message
then are English, unless --language is given.

With LaunchDarkly, the notice is the value of the variation that means maintenance, and all users of that variation share it. If other users are in
maintenance or have another announcement, the command refuses. A boolean flag cannot have a notice.

Examples:
  $ maintenance-mode announce -f search-maintenance --starts-at 2026-12-01T14:00+01:00 --ends-at +90m --mode read-only --title "A new index"
  $ maintenance-mode announce -f search-maintenance -u bob --starts-at +30m --message "We move your data." --message-fr "Nous déplaçons vos données."
  $ maintenance-mode announce -f search-maintenance --cancel
${environmentVariables}
${describeExitCodes(['usage', 'notTurnedOn', 'notTurnedOff'])}`;

/** The command `announce`: tell people of a maintenance before it begins. */
export function createAnnounceCommand(terminal: Terminal): Command {
  const command = new Command('announce')
    .description('announce a maintenance, for everyone or for one user')
    // For texts by language, such as --title-fr. readTexts refuses all other unknown options.
    .allowUnknownOption()
    .argument('[texts...]')
    .usage('-f FLAG [-u USER] --starts-at TIME [options]')
    .option('-u, --user <key>', 'only this user', parseNewUser)
    .option(
      '--starts-at <time>',
      'when the feature closes: 2026-12-01T14:00+01:00, or +30m from now',
      parseInstant,
    )
    .option('--at-once', 'close it now')
    .option('--cancel', 'withdraw an announcement');
  return addNoticeOptions(addSwitchOptions(command))
    .addOption(new Option('--mode <mode>', 'how much still works').choices(['degraded', 'read-only', 'down']))
    .option('--language <tag>', 'the language of --title and --message, such as de or pt-BR', parseLanguage)
    .option('--link <address>', 'the address of a page with more information')
    .option('--link-text <text>', 'the text of the link', 'Read more')
    .option('--comment <text>', 'for the audit trail of the flag service')
    .option('--yes', 'do not ask for confirmation, which is needed for everyone')
    .addHelpText('after', help)
    .action((texts: string[], options: AnnounceOptions) => announce(texts, options, command, terminal));
}

async function announce(
  texts: readonly string[],
  options: AnnounceOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const { user, cancel } = options;
  const now = Date.now();
  const value = cancel ? undefined : valueOfOptions(texts, options, command, now);
  const { flagSwitch } = await openSwitch(options, command, terminal);
  const whom = user === undefined ? 'everyone' : JSON.stringify(user);
  try {
    const state = await flagSwitch.read();
    const refusal = value
      ? refuseAnnouncement(flagSwitch, state, value, options)
      : refuseCancel(state, options);
    if (refusal !== undefined) throw new Error(`${refusal} Nothing was changed.`);
    const warning = warnOfMissingBrowsers(state);
    if (warning !== undefined) terminal.warn(`maintenance-mode: ${warning}`);
    const preview = value
      ? describeNotice(value, whom, now, options)
      : [`The announcement for ${whom} will be withdrawn.`];
    for (const line of preview.flatMap((text) => wrapToTerminal(text, terminal.columns)))
      terminal.print(line);
    if (user === undefined && !options.yes && !(await confirm(terminal))) return;
    const comment = formatAuditComment(options.comment ?? `by hand, by ${operatorName()}`, {
      by: 'announce',
      users: user === undefined ? undefined : [user],
    });
    const after = await flagSwitch.change({
      ...(user === undefined ? { everyone: !cancel } : cancel ? { release: [user] } : { hold: [user] }),
      ...(value && { value }),
      comment,
    });
    const phase = phaseOf(valueFor(after, user));
    const isDone = cancel ? phase === 'none' : phase !== 'none';
    if (!isDone)
      throw new Error(
        'The flag was changed, but the service does not return the change. See: maintenance-mode status.',
      );
    terminal.print(
      `maintenance-mode: ${cancel ? `The announcement for ${whom} was withdrawn.` : `Maintenance is announced to ${whom}.`}`,
    );
  } catch (error) {
    terminal.warn(`maintenance-mode: ${messageOf(error)}`);
    terminal.exitWith(cancel ? exitCodes.notTurnedOff : exitCodes.notTurnedOn);
  }
}

/** Asks on a terminal. @throws an Error where nobody can be asked. */
async function confirm(terminal: Terminal): Promise<boolean> {
  if (!terminal.ask) {
    throw new Error('This is a change for everyone. Confirm it with --yes. Nothing was changed.');
  }
  const answer = await terminal.ask('Change this for everyone? [y/N] ');
  if (/^y(es)?$/i.test(answer.trim())) return true;
  terminal.print('Nothing was changed.');
  return false;
}

type NoticeValue = Readonly<Record<string, unknown>>;

/** The flag value that these options describe. Invalid options are a usage error. */
function valueOfOptions(
  texts: readonly string[],
  options: AnnounceOptions,
  command: Command,
  now: number,
): NoticeValue {
  const { startsAt, atOnce, mode, link, linkText } = options;
  if (atOnce ? startsAt !== undefined : startsAt === undefined) {
    return command.error('error: set the start with either --starts-at or --at-once');
  }
  const start = startsAt === undefined ? now : resolveInstant(startsAt, now);
  if (startsAt !== undefined && start <= now) {
    return command.error(
      `error: --starts-at ${formatIsoTime(start)} is in the past. The time is ${formatIsoTime(now)}. Use --at-once to begin now`,
    );
  }
  const localized = readTexts(texts, options, command);
  try {
    const value = {
      ...noticeValue(options, start),
      ...localized,
      ...(mode !== undefined && { mode }),
      ...(link !== undefined && { link: { href: link, text: linkText } }),
      ...(startsAt !== undefined && { startsAt: formatIsoTime(start) }),
    };
    checkValue(value);
    return value;
  } catch (error) {
    return command.error(`error: ${messageOf(error)}`);
  }
}

/** Titles and messages by language: `--title-fr TEXT`. */
function readTexts(
  texts: readonly string[],
  { title, message, language = unmarked }: AnnounceOptions,
  command: Command,
): Record<string, unknown> {
  const read: Record<'title' | 'message', Record<string, string>> = {
    title: title === undefined ? {} : { [language]: title },
    message: message === undefined ? {} : { [language]: message },
  };
  for (let at = 0; at < texts.length; at += 1) {
    const word = texts[at] ?? '';
    const [, field, locale, joined] =
      /^--(title|message)-([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)(?:=(.*))?$/s.exec(word) ?? [];
    if ((field !== 'title' && field !== 'message') || locale === undefined) {
      command.error(
        word.startsWith('-')
          ? `error: unknown option '${word}'`
          : `error: unexpected argument ${JSON.stringify(word)}. Put a text of several words in quotation marks`,
      );
      continue;
    }
    const text = joined ?? texts[(at += 1)];
    if (!text) command.error(`error: option '--${field}-${locale} <text>' argument missing`);
    else if (!isLocale(locale)) command.error(`error: option '--${field}-${locale}': ${notALanguage}`);
    else if (read[field][locale] !== undefined) {
      command.error(
        `error: there are two texts for '--${field}-${locale}'. The language of --${field} is ${language}. Change it with --language`,
      );
    } else read[field][locale] = text;
  }
  return Object.fromEntries(
    Object.entries(read).filter(([, byLocale]) =>
      Object.keys(byLocale).some((locale) => locale !== unmarked),
    ),
  );
}

/** The language of a text without a language. */
const unmarked = 'en';
const notALanguage = 'It must be a language tag, such as de or pt-BR.';

function parseLanguage(tag: string): string {
  if (localePattern.test(tag) && isLocale(tag)) return tag;
  throw new InvalidArgumentError(notALanguage);
}

function refuseAnnouncement(
  flagSwitch: FlagSwitch,
  state: SwitchState,
  value: NoticeValue,
  { user, atOnce }: AnnounceOptions,
): string | undefined {
  const refusal = refuseOn(flagSwitch, state, { user, takeOver: true, value });
  if (refusal !== undefined) return refusal;
  if (atOnce) return undefined;
  const whom = user === undefined ? 'Everyone' : JSON.stringify(user);
  if (phaseOf(valueFor(state, user)) === 'active')
    return `${whom} is in maintenance now, and an announcement would end that. To change the notice, use --at-once.`;
  if (user !== undefined) return undefined;
  const held = [...state.users].filter(([, own]) => phaseOf(own) === 'active').map(([key]) => key);
  return flagSwitch.can.values === 'shared' && held.length && !state.ignoresUsers
    ? `These users are held in maintenance one by one, and an announcement would let them in: ${listUsers(held)}.`
    : undefined;
}

function refuseCancel(state: SwitchState, { user }: AnnounceOptions): string | undefined {
  const whom = user === undefined ? 'everyone' : JSON.stringify(user);
  const phase = phaseOf(valueFor(state, user));
  if (phase === 'none') return `Nothing is announced to ${whom}.`;
  if (phase === 'active')
    return `The maintenance has begun for ${whom}. End it with: maintenance-mode off${user === undefined ? '' : ' -u'}.`;
  return state.refusal?.(user === undefined ? { everyone: false } : { release: [user] });
}

const modeTexts: Readonly<Record<string, string>> = {
  degraded: 'degraded: everything works, but slowly or in part',
  'read-only': 'read-only: people can read, but not change anything',
  down: 'down: nothing works',
};

/** The notice as people will read it, in each of its languages. */
function describeNotice(
  value: NoticeValue,
  whom: string,
  now: number,
  { language, title: ownTitle, message: ownMessage }: AnnounceOptions,
): string[] {
  const window = interpretFlag(value, { flag: '' });
  if (!window) return [];
  const { title, message, link, startsAt = now, endsAt } = window;
  const locales = [
    ...new Set(
      [title, message].flatMap((text) => (typeof text === 'object' ? Object.keys(text) : text ? ['en'] : [])),
    ),
  ];
  const textIn = (text: typeof title, locale: string): string =>
    typeof text === 'object' ? (text[locale] ?? Object.values(text)[0] ?? '') : (text ?? '');
  const row = (name: string, content: string): string => `  ${`${name}:`.padEnd(9)} ${content}`;
  return [
    `What ${whom === 'everyone' ? whom : `the user ${whom}`} will see:`,
    ...(locales.length ? locales : ['en']).flatMap((locale) => [
      ...(locales.length > 1 ? [`  [${locale}]`] : []),
      row('Title', textIn(title, locale) || 'the text of the app'),
      ...(message === undefined ? [] : [row('Message', textIn(message, locale))]),
      row('From', startsAt === now ? 'now' : formatLocal(startsAt, locale)),
      row('Until', endsAt === undefined ? 'not known' : formatLocal(endsAt, locale)),
    ]),
    row('Mode', 'mode' in value ? (modeTexts[window.mode] ?? window.mode) : "the feature's own"),
    ...(link ? [row('Link', `${link.text} (${link.href})`)] : []),
    ...(locales.length > 1 && language === undefined && (ownTitle ?? ownMessage) !== undefined
      ? [`  Texts without a language are English (${unmarked}). Set another language with --language.`]
      : []),
    ...describeUntold(window, now),
  ];
}

/** The times that people do not see, because the operator's texts replace the built-in texts that contain them. */
function describeUntold({ title, message, startsAt = 0, endsAt }: MaintenanceWindow, now: number): string[] {
  const isAnnounced = startsAt > now;
  const isEndTold = { before: isAnnounced && !message, during: !title };
  const lines: string[] = [];
  if (isAnnounced && title) lines.push('when it begins, because the title replaces that text');
  if (endsAt !== undefined) {
    if (!isEndTold.before && !isEndTold.during)
      lines.push(
        `when it ends, because ${isAnnounced ? 'title and message replace' : 'the title replaces'} that text`,
      );
    else if (!isEndTold.during)
      lines.push('when it ends after it has begun, because the title replaces that text');
    else if (isAnnounced && !isEndTold.before)
      lines.push('when it ends before it has begun, because the message replaces that text');
  }
  return lines.map(
    (what) => `  The notice does not say ${what}. If people should know, write it into the text.`,
  );
}

/** Local time with its zone, as a person in the time zone of this command sees it in the banner. */
function formatLocal(ms: number, locale: string): string {
  const local = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(ms);
  return `${local} (${formatIsoTime(ms)})`;
}
