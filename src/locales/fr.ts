import type { Messages } from '../react/messages.js';

// The gender of a label is unknown. So adjectives have one form for both genders, or follow a colon.
/** The texts in French. */
export const fr: Messages = {
  down: { one: '{features} est indisponible', other: '{features} sont indisponibles' },
  downUntil: {
    one: '{features} est indisponible. Fin prévue\u00a0: {end}',
    other: '{features} sont indisponibles. Fin prévue\u00a0: {end}',
  },
  downFrom: {
    one: '{features} sera indisponible. Début\u00a0: {start}',
    other: '{features} seront indisponibles. Début\u00a0: {start}',
  },
  downOver: { one: '{features} est de nouveau disponible', other: '{features} sont de nouveau disponibles' },
  downPrefix: 'Indisponible\u00a0:',
  readOnly: '{features}\u00a0: consultation possible, modification impossible',
  readOnlyUntil: '{features}\u00a0: consultation possible, modification impossible. Fin prévue\u00a0: {end}',
  readOnlyFrom: '{features}\u00a0: bientôt en consultation seule. Début\u00a0: {start}',
  readOnlyOver: '{features}\u00a0: modification de nouveau possible',
  readOnlyPrefix: 'Consultation seule\u00a0:',
  degraded: '{features}\u00a0: fonctionnement plus lent ou moins complet que d’habitude',
  degradedUntil:
    '{features}\u00a0: fonctionnement plus lent ou moins complet que d’habitude. Fin prévue\u00a0: {end}',
  degradedFrom:
    '{features}\u00a0: fonctionnement bientôt plus lent ou moins complet que d’habitude. Début\u00a0: {start}',
  degradedOver: '{features}\u00a0: retour à la normale',
  degradedPrefix: 'Fonctionnement limité\u00a0:',
  downShort: '{features}\u00a0: indisponible',
  readOnlyShort: '{features}\u00a0: consultation seule',
  degradedShort: '{features}\u00a0: fonctionnement limité',
  scheduledPrefix: 'À venir\u00a0:',
  lasts: 'Fin prévue\u00a0: {end}.',
  later: 'L’heure de fin n’est pas encore connue. Nous vous préviendrons ici.',
  overdue: 'Cela dure plus longtemps que prévu. Nous vous préviendrons ici quand ce sera terminé.',
  recovering: 'C’est presque terminé.',
  kept: 'Ce que vous avez saisi est conservé.',
  notSent: 'Le formulaire n’a pas été envoyé, car cette partie ne peut pas être remplie pour le moment.',
  pageTitle: {
    one: 'Nous sommes désolés\u00a0: {features} est indisponible',
    other: 'Nous sommes désolés\u00a0: {features} sont indisponibles',
  },
  pageUntil: 'De nouveau disponible\u00a0: {end}.',
  goBack: 'Revenir à «\u00a0{features}\u00a0»',
  others: { one: '{count} autre', other: '{count} autres' },
  more: { one: 'et {count} autre message', other: 'et {count} autres messages' },
  dismiss: 'Masquer',
  close: 'Fermer',
  relative: '{time} ({relative})',
  clock: '{clock}',
  midnight: 'minuit',
  noon: 'midi',
  dateAndTime: '{date}, {time}',
  dateAndMidnight: '{date}, {time} (début de la journée)',
  sentence: '{text}.',
  space: ' ',
};
