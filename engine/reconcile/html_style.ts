/**
 * How the printed page looks: A4 across, figures in columns that line up, colour only where something is open.
 *
 * @module
 */

/** The page's style sheet. */
export const STYLE = `
@page { size: A4 landscape; margin: 14mm 12mm; }
:root { --ink: #1c2430; --soft: #5d6b7d; --line: #d8dee6; --band: #f5f7f9; --open: #b3261e; --fine: #1d6f42; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 290mm; padding: 10mm; color: var(--ink);
  font: 10pt/1.45 "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
header { border-bottom: 2px solid var(--ink); margin-bottom: 6mm; padding-bottom: 4mm; }
h1 { font-size: 20pt; font-weight: 600; margin: 0; letter-spacing: -0.01em; }
h1 span { color: var(--soft); font-weight: 400; }
.lead { margin: 1mm 0 4mm; color: var(--soft); }
.verdict { float: right; margin: 0; padding: 1.5mm 4mm; border-radius: 2mm; font-weight: 600; color: #fff; }
.verdict.open { background: var(--open); }
.verdict.fine { background: var(--fine); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.5mm 5mm; margin: 0; font-size: 8.5pt; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
section { margin: 0 0 7mm; }
h2 { font-size: 12pt; font-weight: 600; margin: 0; break-after: avoid; }
.says { margin: 0 0 1.5mm; color: var(--soft); font-size: 8.5pt; break-after: avoid; }
table { width: 100%; border-collapse: collapse; font-size: 8.5pt; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--ink); padding: 1mm 1.5mm; }
td { padding: 0.9mm 1.5mm; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tbody tr:nth-child(even) { background: var(--band); }
tfoot td { font-weight: 600; border-top: 1px solid var(--ink); border-bottom: 3px double var(--ink); }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
.off { color: var(--open); font-weight: 600; }
.exceptions td:first-child { white-space: nowrap; }
.isopen td:first-child { color: var(--open); font-weight: 600; }
footer { display: flex; gap: 20mm; margin-top: 12mm; break-inside: avoid; }
footer div { flex: 1; display: grid; grid-template-columns: auto 1fr auto; gap: 3mm; align-items: end; }
footer strong { border-bottom: 1px solid var(--ink); min-height: 6mm; font-weight: 600; }
footer span { color: var(--soft); font-size: 8.5pt; }
@media print { body { padding: 0; max-width: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
