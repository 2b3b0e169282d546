import type { Messages } from '../react/messages.js';

// A label has a gender that nobody told: what describes it is invariable, or stands after a colon.
/** The texts in French. */
export const fr: Messages = {
  down: { one: '{features} est indisponible', other: '{features} sont indisponibles' },
  downUntil: {
    one: '{features} est indisponible jusqu’à {end}',
    other: '{features} sont indisponibles jusqu’à {end}',
  },
  downFrom: {
    one: '{features} sera indisponible à partir de {start}',
    other: '{features} seront indisponibles à partir de {start}',
  },
  downOver: { one: '{features} est de nouveau disponible', other: '{features} sont de nouveau disponibles' },
  downPrefix: 'Indisponible\u00a0:',
  readOnly: '{features}\u00a0: consultation possible, modification impossible',
  readOnlyUntil: '{features}\u00a0: consultation possible, modification impossible jusqu’à {end}',
  readOnlyFrom: '{features}\u00a0: consultation seule à partir de {start}',
  readOnlyOver: '{features}\u00a0: modification de nouveau possible',
  readOnlyPrefix: 'Consultation seule\u00a0:',
  degraded: '{features}\u00a0: fonctionnement plus lent ou moins complet que d’habitude',
  degradedUntil: '{features}\u00a0: fonctionnement plus lent ou moins complet que d’habitude jusqu’à {end}',
  degradedFrom:
    '{features}\u00a0: fonctionnement plus lent ou moins complet que d’habitude à partir de {start}',
  degradedOver: '{features}\u00a0: retour à la normale',
  degradedPrefix: 'Fonctionnement limité\u00a0:',
  scheduledPrefix: 'À venir\u00a0:',
  lasts: 'Cela durera jusqu’à {end}.',
  later: 'L’heure de fin n’est pas encore connue. Nous vous préviendrons ici.',
  overdue: 'Cela dure plus longtemps que prévu. Nous vous préviendrons ici quand ce sera terminé.',
  recovering: 'C’est presque terminé.',
  kept: 'Ce que vous avez saisi est conservé.',
  pageTitle: {
    one: 'Nous sommes désolés\u00a0: {features} est indisponible',
    other: 'Nous sommes désolés\u00a0: {features} sont indisponibles',
  },
  pageUntil: 'Vous pourrez revenir à partir de {end}.',
  goBack: 'Revenir à {features}',
  others: { one: '{count} autre', other: '{count} autres' },
  more: { one: 'et {count} autre', other: 'et {count} autres' },
  dismiss: 'Masquer',
  relative: '{time} ({relative})',
  sentence: '{text}.',
  space: ' ',
};
