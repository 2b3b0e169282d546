/** Reads the data from which the server rendered the page. */
export function readPageData(): unknown {
  return JSON.parse(document.getElementById('page-data')?.textContent ?? 'null');
}
