/**
 * The direction of a language's script, by its BCP 47 tag. The script decides, not `Intl.Locale`'s `textInfo`: it is missing in some
 * browsers, and that of Node 20 takes `ku-Arab` for left to right.
 */
export function textDirection(locale: string): 'ltr' | 'rtl' {
  try {
    const { script = '' } = new Intl.Locale(locale).maximize();
    return /^(Adlm|Arab|Hebr|Mand|Mend|Nkoo|Rohg|Samr|Syrc|Thaa)$/.test(script) ? 'rtl' : 'ltr';
  } catch {
    // A flag may name a locale that only looks like one.
    return 'ltr';
  }
}
