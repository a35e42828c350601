// Defines the style sheet of every page, for narrow and wide screens, light and dark, and paper.

export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --paper: #fff;
  --line: #0550ae; --area: #ddf4ff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --rule: #3d444d; --paper: #0d1117;
  --line: #79c0ff; --area: #12283f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1rem; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2rem 0 0; font-size: 1.25rem; }
p { margin: .25rem 0; }
.soft, footer { color: var(--soft); }
footer { margin-top: 2.5rem; border-top: 1px solid var(--rule); padding-top: 1rem; font-size: .875rem; }
:focus-visible { outline: 2px solid var(--line); outline-offset: 2px; }
.wide { overflow-x: auto; background:
  linear-gradient(to right, var(--paper) 50%, transparent) left / 2rem 100% no-repeat local,
  linear-gradient(to left, var(--paper) 50%, transparent) right / 2rem 100% no-repeat local,
  linear-gradient(to right, var(--soft), transparent) left / .5rem 100% no-repeat scroll,
  linear-gradient(to left, var(--soft), transparent) right / .5rem 100% no-repeat scroll; }
table { width: 100%; overflow-wrap: normal; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: start; font-weight: 600; padding: 1.5rem 0 .25rem; }
th, td { padding-block: .4rem; padding-inline: 0 .75rem; border-bottom: 1px solid var(--rule); text-align: start;
  vertical-align: top; }
th:last-child, td:last-child { padding-inline-end: 0; }
thead th { color: var(--soft); font-weight: 600; font-size: .875rem; vertical-align: bottom; }
tbody th { font-weight: 400; }
.figure { text-align: end; white-space: nowrap; }
.day { white-space: nowrap; }
.text { min-width: 8rem; overflow-wrap: anywhere; }
.total > * { font-weight: 600; }
@media (max-width: 36rem) { main { padding-top: 1rem; } table { font-size: .875rem; }
  th, td { padding-inline-end: .5rem; } .blocks .text { min-width: 6rem; }
  .blocks .day { white-space: normal; min-width: 5rem; } }
.plot { display: block; width: 100%; margin-top: 1.5rem; padding-left: 64px; overflow: visible; font-size: 12px; }
.plot text { fill: var(--soft); }
.plot .grid { stroke: var(--rule); }
.plot .area { fill: var(--area); }
.plot .line { fill: none; stroke: var(--line); stroke-width: 2; vector-effect: non-scaling-stroke; }
[dir=rtl] :is(h1, h2, p, th, td, caption) { unicode-bidi: plaintext; text-align: right; }
[dir=rtl] .figure { text-align: left; }
@page { margin: 16mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --rule: #bbb; --paper: #fff; --line: #0550ae;
    --area: #e8f2fb; }
  :root { font-size: 9.5pt; }
  body { line-height: 1.4; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  footer { margin-top: 1rem; padding-top: .5rem; }
  .wide { overflow: visible; background: none; }
  th, td { padding-block: .2rem; }
  h2 { margin-top: 1rem; }
  caption { padding-top: 1rem; }
  h2, caption, thead { break-after: avoid; }
  thead { display: table-header-group; }
  tr, svg, .blocks { break-inside: avoid; }
}
`;
