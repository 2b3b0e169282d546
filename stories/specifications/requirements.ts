/** What a component has to do. The words of a requirement are the title of a test, which a test of its own makes sure of. */
export interface Requirement {
  readonly level: 'MUST' | 'SHOULD';
  /** When or where it holds. */
  readonly subject: string;
  /** The title of the test, without its cases. */
  readonly title: string;
  readonly file: string;
}

export const looks = 'test/browser/styles.test.ts';

export const inForcedColors = must(
  'It',
  'has a border all around and a visible icon in forced colors',
  looks,
);

/** What every component has to look like. */
export const lookRequirements: readonly Requirement[] = [
  must('In light and dark, it', 'has readable text, borders and icons', looks),
  must('It', 'fits 320 by 256 pixels', looks),
  must('It', 'fits with texts that are 40 % longer at 320 by 256 pixels', looks),
  must('It', 'fits with text of twice the size at 640 pixels', looks),
  must('It', 'fits with the text spacing of WCAG 1.4.12 at 320 pixels', looks),
  must('It', 'has targets of at least 24 by 24 pixels', looks),
  must('It', 'moves nothing', looks),
  should('In light and dark, it', 'is plainer to see for those who prefer more contrast', looks),
  should('It', 'prints black on white and without buttons', looks),
  should('Its stylesheet', 'gives way to any rule outside of a layer', looks),
];

export function must(subject: string, title: string, file: string): Requirement {
  return { level: 'MUST', subject, title, file };
}

export function should(subject: string, title: string, file: string): Requirement {
  return { level: 'SHOULD', subject, title, file };
}
