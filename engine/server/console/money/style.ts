/**
 * What the money pages add to the console's style sheet.
 *
 * @module
 */

/** The rules. */
export const MONEY_STYLE = `
td.narrow,td.narrow bdi{white-space:nowrap;overflow-wrap:normal}
td.wide{min-width:15rem}
.verdict{max-width:100%;overflow-wrap:anywhere}
.details{white-space:pre-line;max-width:75ch}
.history{list-style:none;padding:0;margin:0}
.history li{padding:.35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.sides>div{min-width:0}
.fields tbody th{width:12rem}
.card.journal h2{display:flex;flex-wrap:wrap;gap:.5rem;align-items:baseline}
.card.journal .aside{margin-left:auto}
.act label.check{display:inline-flex;align-items:center;gap:.45rem}
.many button{margin-top:.75rem}
@media (max-width:34rem){
td.wide{min-width:0}
td.narrow,td.narrow bdi{white-space:normal;overflow-wrap:anywhere}
.scroll .under{text-align:right}
.fields tbody th{width:8rem}
}
`;
