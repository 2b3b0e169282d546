export function SearchBox() {
  return <input type="search" aria-label="Search the shop" placeholder="Search the shop" />;
}
