import { create, type ThemeVars } from 'storybook/theming';

/** The theme of Storybook itself: the colors of styles.css, light or dark by the system preference. */
export function storybookTheme(): ThemeVars {
  const shared = { brandTitle: 'react-maintenance-mode', brandUrl: './', fontBase: 'system-ui, sans-serif' };
  return prefersDark()
    ? create({
        ...shared,
        base: 'dark',
        colorPrimary: '#8fc1ff',
        colorSecondary: '#8fc1ff',
        appBg: '#101317',
        appContentBg: '#15181c',
        appPreviewBg: '#15181c',
        appBorderColor: '#343b43',
        barBg: '#15181c',
        textColor: '#e6e9ec',
        textMutedColor: '#b6bfc8',
      })
    : create({
        ...shared,
        base: 'light',
        colorPrimary: '#1a5fb4',
        colorSecondary: '#1a5fb4',
        appBg: '#f3f5f7',
        appContentBg: '#ffffff',
        appBorderColor: '#d5dae0',
        textColor: '#1c2126',
        textMutedColor: '#46515c',
      });
}

export function prefersDark(): boolean {
  return window.matchMedia('(prefers-color-scheme: dark)').matches;
}
