import type { Messages } from '../react/messages.js';

/** The texts in German. */
export const de: Messages = {
  down: {
    one: '{features} ist nicht verfügbar',
    other: '{features} sind nicht verfügbar',
  },
  downUntil: {
    one: '{features} ist bis {end} nicht verfügbar',
    other: '{features} sind bis {end} nicht verfügbar',
  },
  downFrom: {
    one: '{features} ist ab {start} nicht verfügbar',
    other: '{features} sind ab {start} nicht verfügbar',
  },
  downOver: {
    one: '{features} ist wieder verfügbar',
    other: '{features} sind wieder verfügbar',
  },
  downPrefix: 'Nicht verfügbar:',
  readOnly: {
    one: '{features} kann gelesen, aber nicht geändert werden',
    other: '{features} können gelesen, aber nicht geändert werden',
  },
  readOnlyUntil: {
    one: '{features} kann bis {end} gelesen, aber nicht geändert werden',
    other: '{features} können bis {end} gelesen, aber nicht geändert werden',
  },
  readOnlyFrom: {
    one: '{features} kann ab {start} nur gelesen werden',
    other: '{features} können ab {start} nur gelesen werden',
  },
  readOnlyOver: {
    one: '{features} kann wieder geändert werden',
    other: '{features} können wieder geändert werden',
  },
  readOnlyPrefix: 'Nur lesbar:',
  degraded: {
    one: '{features} ist langsamer oder weniger vollständig als sonst',
    other: '{features} sind langsamer oder weniger vollständig als sonst',
  },
  degradedUntil: {
    one: '{features} ist bis {end} langsamer oder weniger vollständig als sonst',
    other: '{features} sind bis {end} langsamer oder weniger vollständig als sonst',
  },
  degradedFrom: {
    one: '{features} ist ab {start} langsamer oder weniger vollständig als sonst',
    other: '{features} sind ab {start} langsamer oder weniger vollständig als sonst',
  },
  degradedOver: {
    one: '{features} funktioniert wieder wie gewohnt',
    other: '{features} funktionieren wieder wie gewohnt',
  },
  degradedPrefix: 'Eingeschränkt:',
  scheduledPrefix: 'Geplant:',
  lasts: 'Das dauert bis {end}.',
  later: 'Wann es endet, steht noch nicht fest. Sie erfahren es hier.',
  overdue: 'Das dauert länger als geplant. Sie erfahren hier, wenn es vorbei ist.',
  recovering: 'Das ist fast vorbei.',
  kept: 'Was Sie eingegeben haben, bleibt erhalten.',
  pageTitle: {
    one: 'Es tut uns leid: {features} ist nicht verfügbar',
    other: 'Es tut uns leid: {features} sind nicht verfügbar',
  },
  pageUntil: 'Ab {end} geht es hier weiter.',
  goBack: 'Zurück zu {features}',
  others: '{count} weitere',
  more: { one: 'und eine weitere Meldung', other: 'und {count} weitere Meldungen' },
  dismiss: 'Ausblenden',
  relative: '{time} ({relative})',
  sentence: '{text}.',
  space: ' ',
};
