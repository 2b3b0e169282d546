/** Third-party widgets, and what was tested with each inside a gate. The versions are in test/widgets/package.json. */
interface WidgetGroup {
  readonly kind: string;
  readonly holds: string;
  readonly widgets: readonly Widget[];
  /** The test files in test/widgets. */
  readonly tests: readonly string[];
}

interface Widget {
  readonly name: string;
  /** The package whose version the table shows. */
  readonly packageName: string;
}

export const widgetGroups: readonly WidgetGroup[] = [
  {
    kind: 'Editors',
    holds:
      'The draft, the caret and what can be undone are kept, and nobody edits a closed gate, not by undo either.',
    widgets: [
      { name: 'TipTap', packageName: '@tiptap/react' },
      { name: 'CodeMirror', packageName: '@codemirror/view' },
      { name: 'Lexical', packageName: '@lexical/react' },
      { name: 'Quill', packageName: 'quill' },
    ],
    tests: ['editors.test.tsx', 'editing.test.tsx'],
  },
  {
    kind: 'Fields that clear themselves when they lose focus',
    holds: 'What was typed is kept, with focus and caret.',
    widgets: [
      { name: 'MUI Autocomplete', packageName: '@mui/material' },
      { name: 'React Aria ComboBox', packageName: 'react-aria-components' },
      { name: 'react-select', packageName: 'react-select' },
      { name: 'Radix Popover', packageName: '@radix-ui/react-popover' },
    ],
    tests: ['comboboxes.test.tsx'],
  },
  {
    kind: 'Forms and lists',
    holds:
      'Values are kept. A form with an invalid field in a closed gate is not sent, and the person is told why.',
    widgets: [
      { name: 'React Hook Form', packageName: 'react-hook-form' },
      { name: 'Formik', packageName: 'formik' },
      { name: 'TanStack Virtual', packageName: '@tanstack/react-virtual' },
    ],
    tests: ['forms.test.tsx'],
  },
  {
    kind: 'Sliders',
    holds: 'A drag that was begun ends with its release, and none begins in a closed gate.',
    widgets: [
      { name: 'MUI Slider', packageName: '@mui/material' },
      { name: 'React Aria Slider', packageName: 'react-aria-components' },
      { name: 'Radix Slider', packageName: '@radix-ui/react-slider' },
      { name: 'rc-slider', packageName: '@rc-component/slider' },
    ],
    tests: ['sliders.test.tsx'],
  },
  {
    kind: 'Modal dialogs',
    holds:
      'The page is never blocked by a dialog that cannot be used. Announcements are made inside the open dialog.',
    widgets: [
      { name: 'Radix Dialog', packageName: '@radix-ui/react-dialog' },
      { name: 'MUI Dialog', packageName: '@mui/material' },
      { name: 'Headless UI Dialog', packageName: '@headlessui/react' },
      { name: 'React Aria Modal', packageName: 'react-aria-components' },
    ],
    tests: ['modals.test.tsx'],
  },
];
