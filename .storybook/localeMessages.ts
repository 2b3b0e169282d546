import type { Messages } from 'react-maintenance-mode';
import { ar } from 'react-maintenance-mode/locales/ar';
import { de } from 'react-maintenance-mode/locales/de';
import { es } from 'react-maintenance-mode/locales/es';
import { fr } from 'react-maintenance-mode/locales/fr';
import { he } from 'react-maintenance-mode/locales/he';
import { ja } from 'react-maintenance-mode/locales/ja';
import { ptBR } from 'react-maintenance-mode/locales/pt-BR';
import { zhHans } from 'react-maintenance-mode/locales/zh-Hans';
import { pseudoMessages } from './pseudoMessages.js';

/** The texts of the package by locale. English is built in; `en-XA` is the pseudo-locale. */
export const localeMessages: Readonly<Record<string, Messages>> = {
  ar,
  de,
  es,
  fr,
  he,
  ja,
  'pt-BR': ptBR,
  'zh-Hans': zhHans,
  'en-XA': pseudoMessages,
};
