import type { Message, Messages } from 'react-maintenance-mode';
import { english } from '../src/react/messages.js';

const accents: Readonly<Record<string, string>> = { a: 'á', e: 'ë', i: 'ï', o: 'ø', u: 'ü' };

/** Pseudo-localized English: 40 % longer, with accents. It shows layout problems before a text is translated. */
export const pseudoMessages: Messages = {
  ...english,
  ...Object.fromEntries(
    Object.entries(english).map(([key, message]: [string, Message]) => [key, lengthen(message)]),
  ),
};

function lengthen(message: Message): Message {
  if (typeof message !== 'string') {
    return {
      other: lengthenText(message.other),
      ...Object.fromEntries(Object.entries(message).map(([form, text]) => [form, lengthenText(text)])),
    };
  }
  return lengthenText(message);
}

function lengthenText(text: string): string {
  const more = 'lorem ipsum dolor sit amet consectetur'.slice(0, Math.ceil(text.length * 0.4));
  // Placeholders in braces stay unchanged.
  const accented = text.replace(/\{\w+\}|[aeiou]/g, (found) => accents[found] ?? found);
  return text.trim() ? `${accented} ${more}` : text;
}
