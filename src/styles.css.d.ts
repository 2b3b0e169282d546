// Since TypeScript 6, `import 'react-maintenance-mode/styles.css'` needs a declaration. Vite's client types have one for every style sheet; other bundlers have none.

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the bundler decides what it is: a text, a `CSSStyleSheet`, or nothing
declare const styles: any;
export default styles;
