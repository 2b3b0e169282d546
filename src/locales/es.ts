import type { Messages } from '../react/messages.js';

// The gender of a label is unknown. So all adjectives here have one form for both genders.
/** The texts in Spanish. */
export const es: Messages = {
  down: { one: '{features} no está disponible', other: '{features} no están disponibles' },
  downUntil: {
    one: '{features} no está disponible. Fin previsto: {end}',
    other: '{features} no están disponibles. Fin previsto: {end}',
  },
  downFrom: {
    one: '{features} no estará disponible. Comienzo: {start}',
    other: '{features} no estarán disponibles. Comienzo: {start}',
  },
  downOver: {
    one: '{features} vuelve a estar disponible',
    other: '{features} vuelven a estar disponibles',
  },
  downPrefix: 'No disponible:',
  readOnly: {
    one: '{features} se puede consultar, pero no modificar',
    other: '{features} se pueden consultar, pero no modificar',
  },
  readOnlyUntil: {
    one: '{features} se puede consultar, pero no modificar. Fin previsto: {end}',
    other: '{features} se pueden consultar, pero no modificar. Fin previsto: {end}',
  },
  readOnlyFrom: {
    one: '{features} solo se podrá consultar. Comienzo: {start}',
    other: '{features} solo se podrán consultar. Comienzo: {start}',
  },
  readOnlyOver: {
    one: '{features} se puede volver a modificar',
    other: '{features} se pueden volver a modificar',
  },
  readOnlyPrefix: 'Solo consulta:',
  degraded: {
    one: '{features} va con más lentitud o muestra menos de lo habitual',
    other: '{features} van con más lentitud o muestran menos de lo habitual',
  },
  degradedUntil: {
    one: '{features} va con más lentitud o muestra menos de lo habitual. Fin previsto: {end}',
    other: '{features} van con más lentitud o muestran menos de lo habitual. Fin previsto: {end}',
  },
  degradedFrom: {
    one: '{features} irá con más lentitud o mostrará menos de lo habitual. Comienzo: {start}',
    other: '{features} irán con más lentitud o mostrarán menos de lo habitual. Comienzo: {start}',
  },
  degradedOver: {
    one: '{features} vuelve a funcionar con normalidad',
    other: '{features} vuelven a funcionar con normalidad',
  },
  degradedPrefix: 'Funcionamiento limitado:',
  downShort: '{features}: no disponible',
  readOnlyShort: '{features}: solo consulta',
  degradedShort: '{features}: con límites',
  scheduledPrefix: 'Próximamente:',
  lasts: 'Fin previsto: {end}.',
  later: 'Aún no se sabe cuándo terminará. Le avisaremos aquí.',
  overdue: 'Está tardando más de lo previsto. Le avisaremos aquí cuando termine.',
  recovering: 'Ya casi ha terminado.',
  kept: 'Lo que ha escrito se conserva.',
  notSent: 'El formulario no se ha enviado porque esta parte no se puede completar en este momento.',
  pageTitle: {
    one: 'Lo sentimos: {features} no está disponible',
    other: 'Lo sentimos: {features} no están disponibles',
  },
  pageUntil: 'Disponible de nuevo: {end}.',
  goBack: 'Volver a «{features}»',
  others: '{count} más',
  more: { one: 'y {count} aviso más', other: 'y {count} avisos más' },
  dismiss: 'Ocultar',
  close: 'Cerrar',
  relative: '{time} ({relative})',
  clock: '{clock}',
  midnight: 'medianoche',
  noon: 'mediodía',
  dateAndTime: '{date}, {time}',
  dateAndMidnight: '{date}, {time} (comienzo del día)',
  sentence: '{text}.',
  space: ' ',
};
