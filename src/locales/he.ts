import type { Messages } from '../react/messages.js';

// A label has a gender and a number that nobody told: what is said of it stands after a colon and refers to the service.
/** The texts in Hebrew. */
export const he: Messages = {
  down: '{features}: השירות אינו זמין',
  downUntil: '{features}: השירות אינו זמין עד {end}',
  downFrom: '{features}: השירות לא יהיה זמין החל מ-{start}',
  downOver: '{features}: השירות זמין שוב',
  downPrefix: 'לא זמין:',
  readOnly: '{features}: אפשר לצפות, אך לא לשנות',
  readOnlyUntil: '{features}: אפשר לצפות, אך לא לשנות, עד {end}',
  readOnlyFrom: '{features}: החל מ-{start} אפשר יהיה רק לצפות',
  readOnlyOver: '{features}: אפשר שוב לשנות',
  readOnlyPrefix: 'לצפייה בלבד:',
  degraded: '{features}: השירות איטי מהרגיל או חלקי',
  degradedUntil: '{features}: השירות איטי מהרגיל או חלקי עד {end}',
  degradedFrom: '{features}: השירות יהיה איטי מהרגיל או חלקי החל מ-{start}',
  degradedOver: '{features}: השירות חזר לפעול כרגיל',
  degradedPrefix: 'שירות מוגבל:',
  scheduledPrefix: 'בקרוב:',
  lasts: 'זה יימשך עד {end}.',
  later: 'עדיין אין שעת סיום. נודיע כאן כשזה יסתיים.',
  overdue: 'זה נמשך יותר מהמתוכנן. נודיע כאן כשזה יסתיים.',
  recovering: 'זה כמעט הסתיים.',
  kept: 'מה שהקלדת נשמר.',
  pageTitle: 'מצטערים, {features}: השירות אינו זמין',
  pageUntil: 'אפשר יהיה להשתמש בו שוב החל מ-{end}.',
  goBack: 'חזרה אל {features}',
  others: { one: 'אחד נוסף', two: 'שניים נוספים', other: '{count} נוספים' },
  more: { one: 'והודעה אחת נוספת', two: 'ושתי הודעות נוספות', other: 'ועוד {count} הודעות' },
  dismiss: 'הסתרה',
  // Hebrew writes numbers of two in words and adds the figure in brackets of its own.
  relative: '{time}, {relative}',
  sentence: '{text}.',
  space: ' ',
};
