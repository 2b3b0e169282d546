import type { RefusalMessages } from './messages.js';

type RefusalLocale = 'de' | 'fr' | 'es' | 'pt-BR' | 'ja' | 'zh-Hans' | 'ar' | 'he';

/**
 * The texts of refusals in the languages that notices have, too: which one a request gets is up to its `Accept-Language`.
 *
 * @example
 * createMaintenanceHandler({ features, readFlags, failure: 'open', refusal: { messages: refusalLocales } });
 */
export const refusalLocales: Readonly<Record<RefusalLocale, RefusalMessages>> = {
  de: {
    down: '{feature} ist leider nicht verfügbar',
    downPlural: '{feature} sind leider nicht verfügbar',
    readOnly: 'Nur lesbar: {feature}',
    downUntil: 'Voraussichtlich wieder verfügbar: {end}.',
    readOnlyUntil: 'Speichern ist voraussichtlich wieder möglich: {end}.',
    later: 'Wann es hier weitergeht, steht noch nicht fest.',
    overdue: 'Das dauert länger als geplant.',
    notSaved: 'Was Sie gesendet haben, wurde nicht gespeichert. Gehen Sie zurück, um es zu behalten.',
    returns: 'Diese Seite sieht von selbst wieder nach und zeigt, was Sie aufgerufen haben, sobald es geht.',
    problem: 'Derzeit nicht verfügbar',
  },
  fr: {
    down: 'Désolé\u00a0: {feature} est indisponible',
    downPlural: 'Désolé\u00a0: {feature} sont indisponibles',
    readOnly: '{feature}\u00a0: consultation possible, modification impossible',
    downUntil: 'De nouveau disponible\u00a0: {end}.',
    readOnlyUntil: 'Enregistrement de nouveau possible\u00a0: {end}.',
    later: 'L’heure de fin n’est pas encore connue.',
    overdue: 'Cela dure plus longtemps que prévu.',
    notSaved: 'Ce que vous avez envoyé n’a pas été enregistré. Revenez en arrière pour le conserver.',
    returns: 'Cette page vérifie d’elle-même et affichera ce que vous avez demandé dès que possible.',
    problem: 'Indisponible pour le moment',
  },
  es: {
    down: 'Lo sentimos: {feature} no está disponible',
    downPlural: 'Lo sentimos: {feature} no están disponibles',
    readOnly: 'Solo consulta: {feature}',
    downUntil: 'Disponible de nuevo: {end}.',
    readOnlyUntil: 'Se podrá volver a guardar: {end}.',
    later: 'Aún no se sabe cuándo terminará.',
    overdue: 'Está tardando más de lo previsto.',
    notSaved: 'Lo que ha enviado no se ha guardado. Vuelva atrás para conservarlo.',
    returns:
      'Esta página vuelve a comprobarlo por sí sola y mostrará lo que ha pedido en cuanto sea posible.',
    problem: 'No disponible por ahora',
  },
  'pt-BR': {
    down: 'Lamentamos: {feature} está indisponível',
    downPlural: 'Lamentamos: {feature} estão indisponíveis',
    readOnly: 'Somente consulta: {feature}',
    downUntil: 'Disponível novamente: {end}.',
    readOnlyUntil: 'Será possível salvar novamente: {end}.',
    later: 'Ainda não há previsão de término.',
    overdue: 'Está demorando mais que o previsto.',
    notSaved: 'O que você enviou não foi salvo. Volte para não perder o que escreveu.',
    returns: 'Esta página verifica sozinha e mostrará o que você pediu assim que for possível.',
    problem: 'Indisponível no momento',
  },
  ja: {
    down: '申し訳ありません。{feature}は現在ご利用いただけません',
    downPlural: '申し訳ありません。{feature}は現在ご利用いただけません',
    readOnly: '{feature}は閲覧のみ可能で、変更はできません',
    downUntil: '再開予定：{end}。',
    readOnlyUntil: '保存の再開予定：{end}。',
    later: '終了時刻は未定です。',
    overdue: '予定より時間がかかっています。',
    notSaved: '送信した内容は保存されていません。前のページに戻ると、入力した内容を失わずにすみます。',
    returns: 'このページは自動的に確認を行い、可能になり次第、ご覧になりたい内容を表示します。',
    problem: '現在ご利用いただけません',
  },
  'zh-Hans': {
    down: '抱歉，{feature}目前无法使用',
    downPlural: '抱歉，{feature}目前无法使用',
    readOnly: '{feature}目前只能查看，不能更改',
    downUntil: '预计恢复时间：{end}。',
    readOnlyUntil: '预计恢复保存的时间：{end}。',
    later: '结束时间尚未确定。',
    overdue: '所需时间比原计划长。',
    notSaved: '您提交的内容没有保存。请返回上一页，以免丢失。',
    returns: '本页会自动检查，一旦恢复就会显示您要访问的内容。',
    problem: '暂时无法使用',
  },
  ar: {
    down: 'عذرًا، {feature}: الخدمة غير متاحة',
    downPlural: 'عذرًا، {feature}: الخدمة غير متاحة',
    readOnly: '{feature}: يمكن الاطلاع فقط دون التعديل',
    downUntil: 'موعد عودة الخدمة: {end}.',
    readOnlyUntil: 'موعد عودة الحفظ: {end}.',
    later: 'لم يُحدَّد وقت الانتهاء بعد.',
    overdue: 'يستغرق ذلك وقتًا أطول من المتوقع.',
    notSaved: 'لم يُحفظ ما أرسلته. ارجع إلى الصفحة السابقة حتى لا تفقده.',
    returns: 'تتحقق هذه الصفحة تلقائيًا، وستعرض ما طلبته حالما يصبح ذلك ممكنًا.',
    problem: 'غير متاح حاليًا',
  },
  he: {
    down: 'מצטערים, {feature}: השירות אינו זמין',
    downPlural: 'מצטערים, {feature}: השירות אינו זמין',
    readOnly: '{feature}: אפשר לצפות, אך לא לשנות',
    downUntil: 'מועד החזרה לשימוש: {end}.',
    readOnlyUntil: 'מועד החזרה לשמירה: {end}.',
    later: 'עדיין אין שעת סיום.',
    overdue: 'זה נמשך יותר מהמתוכנן.',
    notSaved: 'מה ששלחת לא נשמר. כדי לא לאבד אותו, אפשר לחזור לדף הקודם.',
    returns: 'הדף הזה בודק שוב מעצמו, ויציג את מה שביקשת ברגע שאפשר יהיה.',
    problem: 'לא זמין כרגע',
  },
};
