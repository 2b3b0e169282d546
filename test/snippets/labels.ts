import { defineFeatures } from 'react-maintenance-mode';

const words: Readonly<Record<string, string>> = { en: 'Uploads', fr: 'Les envois' };
const i18n = { t: (_key: string, { lng }: { lng: string }) => words[lng] ?? 'Uploads' };

export const features =
  // #region
  defineFeatures({
    search: { flag: 'search-maintenance', label: { en: 'Search', fr: 'La recherche' } },
    uploads: {
      flag: 'uploads-maintenance',
      label: (locale) => i18n.t('uploads', { lng: locale }),
      plural: true,
    },
  });
// #endregion
