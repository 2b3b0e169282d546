/** A menu of Storybook's toolbar that shows what is chosen. */
export function toolbar(
  title: string,
  icon: string,
  items: readonly (readonly [value: string | number, title: string])[],
): object {
  return {
    description: title,
    toolbar: { title, icon, dynamicTitle: true, items: items.map(([value, title]) => ({ value, title })) },
  };
}
