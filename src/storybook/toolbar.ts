/** A menu of Storybook's toolbar that shows what is chosen, and its title while nothing is. `reset` takes the choice back. */
export function toolbar(
  title: string,
  icon: string,
  items: readonly (readonly [value: string | number, title: string])[],
  reset: string,
): object {
  return {
    description: title,
    toolbar: {
      title,
      icon,
      dynamicTitle: true,
      items: [{ type: 'reset', title: reset }, ...items.map(([value, label]) => ({ value, title: label }))],
    },
  };
}
