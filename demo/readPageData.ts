/** What the server rendered the page from. */
export function readPageData(): unknown {
  return JSON.parse(document.getElementById('page-data')?.textContent ?? 'null');
}
