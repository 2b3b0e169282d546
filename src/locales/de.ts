import type { Messages } from '../react/messages.js';

/** The texts in German. */
export const de: Messages = {
  down: {
    one: '{features} ist nicht verfügbar',
    other: '{features} sind nicht verfügbar',
  },
  downUntil: {
    one: '{features} ist nicht verfügbar. Voraussichtliches Ende: {end}',
    other: '{features} sind nicht verfügbar. Voraussichtliches Ende: {end}',
  },
  downFrom: {
    one: '{features} ist demnächst nicht verfügbar. Beginn: {start}',
    other: '{features} sind demnächst nicht verfügbar. Beginn: {start}',
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
    one: '{features} kann gelesen, aber nicht geändert werden. Voraussichtliches Ende: {end}',
    other: '{features} können gelesen, aber nicht geändert werden. Voraussichtliches Ende: {end}',
  },
  readOnlyFrom: {
    one: '{features} kann demnächst nur gelesen werden. Beginn: {start}',
    other: '{features} können demnächst nur gelesen werden. Beginn: {start}',
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
    one: '{features} ist langsamer oder weniger vollständig als sonst. Voraussichtliches Ende: {end}',
    other: '{features} sind langsamer oder weniger vollständig als sonst. Voraussichtliches Ende: {end}',
  },
  degradedFrom: {
    one: '{features} ist demnächst langsamer oder weniger vollständig als sonst. Beginn: {start}',
    other: '{features} sind demnächst langsamer oder weniger vollständig als sonst. Beginn: {start}',
  },
  degradedOver: {
    one: '{features} funktioniert wieder wie gewohnt',
    other: '{features} funktionieren wieder wie gewohnt',
  },
  degradedPrefix: 'Eingeschränkt:',
  downShort: '{features}: nicht verfügbar',
  readOnlyShort: '{features}: nur lesbar',
  degradedShort: '{features}: eingeschränkt',
  scheduledPrefix: 'Geplant:',
  lasts: 'Voraussichtliches Ende: {end}.',
  later: 'Wann es endet, steht noch nicht fest. Sie erfahren es hier.',
  overdue: 'Das dauert länger als geplant. Sie erfahren hier, wenn es vorbei ist.',
  recovering: 'Das ist fast vorbei.',
  kept: 'Was Sie eingegeben haben, bleibt erhalten.',
  notSent: 'Das Formular wurde nicht gesendet, weil dieser Teil davon zurzeit nicht ausgefüllt werden kann.',
  pageTitle: {
    one: 'Es tut uns leid: {features} ist nicht verfügbar',
    other: 'Es tut uns leid: {features} sind nicht verfügbar',
  },
  pageUntil: 'Voraussichtlich wieder verfügbar: {end}.',
  goBack: 'Zurück zu „{features}“',
  others: '{count} weitere',
  more: { one: 'und eine weitere Meldung', other: 'und {count} weitere Meldungen' },
  dismiss: 'Ausblenden',
  close: 'Schließen',
  relative: '{time} ({relative})',
  clock: '{clock} Uhr',
  midnight: 'Mitternacht',
  noon: '12 Uhr mittags',
  dateAndTime: '{date}, {time}',
  dateAndMidnight: '{date}, {time} (Tagesbeginn)',
  sentence: '{text}.',
  space: ' ',
};
