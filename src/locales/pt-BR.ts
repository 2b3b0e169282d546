import type { Messages } from '../react/messages.js';

// The gender of a label is unknown. So all adjectives here have one form for both genders.
/** The texts in Brazilian Portuguese. */
export const ptBR: Messages = {
  down: { one: '{features} está indisponível', other: '{features} estão indisponíveis' },
  downUntil: {
    one: '{features} está indisponível. Término previsto: {end}',
    other: '{features} estão indisponíveis. Término previsto: {end}',
  },
  downFrom: {
    one: '{features} ficará indisponível. Início: {start}',
    other: '{features} ficarão indisponíveis. Início: {start}',
  },
  downOver: { one: '{features} voltou a funcionar', other: '{features} voltaram a funcionar' },
  downPrefix: 'Indisponível:',
  readOnly: {
    one: '{features} permite consultar, mas não alterar',
    other: '{features} permitem consultar, mas não alterar',
  },
  readOnlyUntil: {
    one: '{features} permite consultar, mas não alterar. Término previsto: {end}',
    other: '{features} permitem consultar, mas não alterar. Término previsto: {end}',
  },
  readOnlyFrom: {
    one: '{features} só permitirá consultar. Início: {start}',
    other: '{features} só permitirão consultar. Início: {start}',
  },
  readOnlyOver: {
    one: '{features} permite alterar novamente',
    other: '{features} permitem alterar novamente',
  },
  readOnlyPrefix: 'Somente consulta:',
  degraded: {
    one: '{features} está com mais lentidão ou menos conteúdo que o normal',
    other: '{features} estão com mais lentidão ou menos conteúdo que o normal',
  },
  degradedUntil: {
    one: '{features} está com mais lentidão ou menos conteúdo que o normal. Término previsto: {end}',
    other: '{features} estão com mais lentidão ou menos conteúdo que o normal. Término previsto: {end}',
  },
  degradedFrom: {
    one: '{features} ficará com mais lentidão ou menos conteúdo que o normal. Início: {start}',
    other: '{features} ficarão com mais lentidão ou menos conteúdo que o normal. Início: {start}',
  },
  degradedOver: { one: '{features} voltou ao normal', other: '{features} voltaram ao normal' },
  degradedPrefix: 'Funcionamento limitado:',
  downShort: '{features}: indisponível',
  readOnlyShort: '{features}: somente consulta',
  degradedShort: '{features}: com limites',
  scheduledPrefix: 'Em breve:',
  lasts: 'Término previsto: {end}.',
  later: 'Ainda não há previsão de término. Avisaremos aqui quando terminar.',
  overdue: 'Está demorando mais que o previsto. Avisaremos aqui quando terminar.',
  recovering: 'Está quase terminando.',
  kept: 'O que você digitou foi mantido.',
  notSent: 'O formulário não foi enviado porque esta parte não pode ser preenchida no momento.',
  pageTitle: {
    one: 'Lamentamos: {features} está indisponível',
    other: 'Lamentamos: {features} estão indisponíveis',
  },
  pageUntil: 'Disponível novamente: {end}.',
  goBack: 'Voltar para “{features}”',
  others: 'mais {count}',
  more: { one: 'e mais {count} aviso', other: 'e mais {count} avisos' },
  dismiss: 'Ocultar',
  close: 'Fechar',
  relative: '{time} ({relative})',
  clock: '{clock}',
  midnight: 'meia-noite',
  noon: 'meio-dia',
  dateAndTime: '{date}, {time}',
  dateAndMidnight: '{date}, {time} (início do dia)',
  sentence: '{text}.',
  space: ' ',
};
