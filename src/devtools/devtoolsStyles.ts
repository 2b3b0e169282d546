/** The styles of the shadow root. They do not affect the page, nor the page them. Colors follow the page's `color-scheme`. */
export const devtoolsStyles: string = `
:host { all: initial; color-scheme: inherit; }
* { box-sizing: border-box; }

.corner {
  --surface: #ffffff;
  --raised: #f3f5f7;
  --text: #1c2126;
  --quiet: #525e69;
  --line: #75818d;
  --accent: #1a5fb4;
  --override: #8a4b00;
  --override-surface: #fff4e0;
  --scheduled: #b7cfe8;
  --active: #a03c25;
  --over: #1f6e42;
  position: fixed;
  inset-block-end: 12px;
  inset-inline-end: 12px;
  z-index: 2147483647;
  display: grid;
  justify-items: end;
  gap: 8px;
  inline-size: min(46rem, calc(100vw - 24px));
  pointer-events: none;
  color: var(--text);
  font: 13px/1.45 system-ui, sans-serif;
}
@supports (color: light-dark(#000, #fff)) {
  .corner {
    --surface: light-dark(#ffffff, #15181c);
    --raised: light-dark(#f3f5f7, #1f242a);
    --text: light-dark(#1c2126, #e6e9ec);
    --quiet: light-dark(#525e69, #aab4be);
    --line: light-dark(#75818d, #7c8894);
    --accent: light-dark(#1a5fb4, #8fc1ff);
    --override: light-dark(#8a4b00, #f2c078);
    --override-surface: light-dark(#fff4e0, #33260f);
    --scheduled: light-dark(#b7cfe8, #35577a);
    --active: light-dark(#a03c25, #d97a5f);
    --over: light-dark(#1f6e42, #58a87b);
  }
}
.corner > * { pointer-events: auto; }

button, select, textarea {
  min-block-size: 28px;
  padding: 3px 10px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--surface);
  color: inherit;
  font: inherit;
}
button { cursor: pointer; }
button:hover { background: var(--raised); }
select { padding-inline: 4px; }
textarea { inline-size: 100%; font-family: ui-monospace, monospace; }
:is(button, select, textarea, input, .panel):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.toggle { display: inline-flex; gap: 8px; align-items: center; box-shadow: 0 2px 8px #0003; font-weight: 600; }
.changed { border-color: var(--override); }
.badge {
  padding: 0 6px;
  border: 1px solid var(--override);
  border-radius: 4px;
  background: var(--override-surface);
  color: var(--override);
  font-size: 12px;
  font-weight: 600;
}

.panel {
  inline-size: 100%;
  max-block-size: min(40rem, calc(100vh - 72px));
  overflow: auto;
  padding: 12px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
  box-shadow: 0 4px 24px #0004;
}
.bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.source { flex: 1 1 8rem; margin: 0; overflow-wrap: anywhere; }
.source [data-status='failed'], .source [data-status='stale'] { color: var(--active); }
.quiet { color: var(--quiet); font-weight: 400; }
p.quiet { margin: 0; }

h2 { margin: 16px 0 6px; font-size: 13px; font-weight: 600; }
h3 { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: baseline; margin: 0; font-size: 13px; overflow-wrap: anywhere; }

.timeline { display: grid; grid-template-columns: minmax(4.5rem, max-content) minmax(0, 1fr); gap: 4px 12px; align-items: center; margin-block-start: 12px; }
.timeline label { font-weight: 600; }
.timeline input { grid-column: 2; inline-size: 100%; block-size: 24px; margin: 0; appearance: none; background: none; }
.timeline input::-webkit-slider-runnable-track { block-size: 4px; border-radius: 2px; background: var(--line); }
.timeline input::-moz-range-track { block-size: 4px; border-radius: 2px; background: var(--line); }
.timeline input::-webkit-slider-thumb { appearance: none; inline-size: 16px; block-size: 16px; margin-block-start: -6px; border: 2px solid var(--surface); border-radius: 50%; background: var(--accent); }
.timeline input::-moz-range-thumb { box-sizing: border-box; inline-size: 16px; block-size: 16px; border: 2px solid var(--surface); border-radius: 50%; background: var(--accent); }
.row { display: contents; }
.row-label { overflow-wrap: anywhere; }
.track { position: relative; block-size: 14px; margin-inline: 8px; }
.segment { position: absolute; inset-block: 2px; }
.hand { position: absolute; inset-block: -3px; inline-size: 2px; margin-inline-start: -1px; background: var(--accent); }
.legend { grid-column: 2; display: flex; flex-wrap: wrap; gap: 2px 12px; margin: 2px 8px 0; color: var(--quiet); font-size: 12px; }
.sample { display: inline-block; inline-size: 20px; block-size: 10px; }
[data-phase='scheduled'] { border: 1px solid var(--line); background: var(--scheduled); }
[data-phase='active'] { background: var(--active); }
[data-phase='overdue'] { border: 1px solid var(--active); background: repeating-linear-gradient(135deg, var(--active) 0 4px, var(--surface) 4px 8px); }
[data-phase='over'] { block-size: 2px; inset-block: 6px auto; background: var(--over); vertical-align: middle; }

ul, ol { display: grid; gap: 8px; margin: 0; padding: 0; list-style: none; }
.features > li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 12px; align-items: start; padding: 8px 10px; border: 1px solid transparent; border-radius: 6px; background: var(--raised); }
.features > [data-overridden] { border-color: var(--override); }
.features > [data-overridden] .value code { text-decoration: line-through; }
.override { grid-area: 1 / 2 / span 2; display: grid; gap: 2px; color: var(--quiet); font-size: 12px; }
.override select { inline-size: 8.5rem; color: var(--text); font-size: 13px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 4px 12px; margin: 0; }
dt { color: var(--quiet); font-size: 12px; }
dd { margin: 0; overflow-wrap: anywhere; }
dd[data-mode='down'], dd[data-mode='read-only'], dd[data-mode='degraded'] { font-weight: 600; }
.value { grid-column: 1 / -1; }
code { font: 12px/1.45 ui-monospace, monospace; }
.announcements { max-block-size: 10rem; overflow: auto; gap: 4px; }
.announcements time { color: var(--quiet); font-variant-numeric: tabular-nums; }

@media (max-width: 30rem) {
  .corner { inset-inline: 8px; inset-block-end: 8px; inline-size: auto; }
  .panel { max-block-size: calc(100vh - 64px); padding: 10px; }
  .features > li { grid-template-columns: minmax(0, 1fr); }
  .override { grid-area: auto; }
  .override select { inline-size: 100%; }
}
@media (forced-colors: active) {
  [data-phase] { border: 1px solid CanvasText; }
  [data-phase='active'] { background: CanvasText; forced-color-adjust: none; }
  .hand { background: Highlight; forced-color-adjust: none; }
}
@media print { .corner { display: none; } }
`;
