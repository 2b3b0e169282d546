export function SearchBox(): React.JSX.Element {
  return <input type="search" aria-label="Search" />;
}
