/** The values that a `Cookie` header has for a name (RFC 6265, 5.4); a subdomain may have set a second one. */
export function readCookies(header: string | null, name: string): string[] {
  if (!header?.includes(name)) return [];
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}
