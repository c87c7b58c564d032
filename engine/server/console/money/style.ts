/**
 * How the money pages look: an addition to the console's one style sheet, in its colours where it names them (`--ink`, `--soft`, `--line`,
 * `--band`, `--accent`, `--good`, `--wait`, `--bad`), else in its own.
 *
 * @module
 */

/** The rules. */
export const MONEY_STYLE = `
.money, .right { font-variant-numeric: tabular-nums lining-nums; }
.money { white-space: nowrap; }
.money.off { color: var(--bad, #a3211a); font-weight: 600; }
.currency, .quiet, .says, .under, .lead { color: var(--soft, #56616f); }
.currency { font-size: 0.85em; }
.under { display: block; font-size: 0.85em; overflow-wrap: anywhere; }
.says { font-size: 0.9em; margin: 0.25rem 0; }
.head { margin-bottom: 1.25rem; }
.head h1 { margin: 0; overflow-wrap: anywhere; }
.lead { margin: 0.25rem 0 0; max-width: 70ch; }
.empty { color: var(--soft, #56616f); padding: 1.25rem 0; }
.badge { display: inline-block; padding: 0.05rem 0.5rem; border-radius: 0.6rem; border: 1px solid currentColor;
  font-size: 0.82rem; white-space: nowrap; }
.badge.good { color: var(--good, #17623a); }
.badge.wait { color: var(--wait, #7a5200); }
.badge.bad { color: var(--bad, #a3211a); font-weight: 600; }
.badge.quiet { color: var(--soft, #56616f); }
.scroll { overflow-x: auto; margin: 0.5rem 0 1rem; }
.scroll:focus-visible { outline: 2px solid var(--accent, #1f5fa8); outline-offset: 2px; }
.scroll table { width: 100%; border-collapse: collapse; }
.scroll th, .scroll td { padding: 0.4rem 0.75rem 0.4rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line, #d8dee6); }
.scroll thead th { color: var(--soft, #56616f); font-weight: 600; font-size: 0.85em; white-space: nowrap; }
.scroll tfoot td { font-weight: 600; border-bottom: 3px double var(--line, #d8dee6); }
.scroll th.right, .scroll td.right { text-align: right; }
.scroll td:last-child, .scroll th:last-child { padding-right: 0; }
.scroll bdi { overflow-wrap: anywhere; unicode-bidi: isolate; }
.fields th { font-weight: 400; color: var(--soft, #56616f); width: 14rem; overflow-wrap: anywhere; }
.fields pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.85em; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: 0.75rem 1.5rem;
  margin: 1rem 0; }
.facts dt { color: var(--soft, #56616f); font-size: 0.85em; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.choices { display: flex; flex-wrap: wrap; gap: 0.4rem 0.5rem; margin: 0.75rem 0; }
.choices a { padding: 0.25rem 0.75rem; border: 1px solid var(--line, #d8dee6); border-radius: 1rem; text-decoration: none; }
.choices a[aria-current] { border-color: var(--accent, #1f5fa8); font-weight: 600; }
.filter, .act { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: end; margin: 0.75rem 0; }
.filter label, .act label { display: grid; gap: 0.15rem; font-size: 0.85em; color: var(--soft, #56616f); }
.act label.check { display: flex; align-items: center; }
.act .says { flex-basis: 100%; margin: 0; }
.acts { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 1rem 0; padding: 0.25rem 0;
  border-block: 1px solid var(--line, #d8dee6); }
.acts:empty { display: none; }
.acts .act { max-width: 36rem; }
.wrong { font-size: 1.05rem; border-left: 3px solid var(--bad, #a3211a); padding-left: 0.75rem; margin: 0.75rem 0;
  overflow-wrap: anywhere; }
.helps { padding-left: 0.9rem; margin: 0.5rem 0; }
.details { white-space: pre-line; max-width: 75ch; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 0 2rem; }
.sides > div { min-width: 0; }
.card.journal h2 { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: baseline; font-size: 1.05rem; }
.card.journal .aside { margin-left: auto; }
.history { list-style: none; padding: 0; }
.history li { padding: 0.35rem 0; border-bottom: 1px solid var(--line, #d8dee6); overflow-wrap: anywhere; }
.hash, code { overflow-wrap: anywhere; font-size: 0.85em; }
.more { margin: 1rem 0; }
@media (max-width: 40rem) {
  .scroll thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .scroll tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid var(--line, #d8dee6); }
  .scroll td, .scroll tbody th { display: flex; gap: 1rem; justify-content: space-between; border: 0; padding: 0.1rem 0;
    width: auto; }
  .scroll td.right { text-align: right; }
  .scroll td[data-label]::before { content: attr(data-label); color: var(--soft, #56616f); font-size: 0.85em; flex: none; }
  .scroll td:empty { display: none; }
}
@media print {
  .filter, .act, .acts, .choices, .more, .button { display: none; }
  .scroll { overflow: visible; }
}
`;
