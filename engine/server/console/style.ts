/**
 * How the console looks: calm, figures in columns that line up, one accent; a state is told by a colour and by a word. Light and dark, on
 * a wide screen, on a phone and on paper.
 *
 * @module
 */
import { MONEY_STYLE } from "./money/style.ts";

const LIGHT =
  `--ground:#f5f6f8;--paper:#fff;--ink:#1a222d;--soft:#556170;--line:#dde2e8;--band:#f7f9fb;--accent:#0f6a86;
--on-accent:#fff;--good:#1b6b41;--good-ground:#e3f3ea;--wait:#7a5200;--wait-ground:#fbf0d9;--bad:#a8231b;--bad-ground:#fbe7e5;
--quiet-ground:#eceff3;--shadow:0 1px 2px rgb(20 30 45 / 6%)`;
const DARK =
  `--ground:#11161c;--paper:#181f27;--ink:#e6ebf1;--soft:#a5b1be;--line:#2c3540;--band:#1c242d;--accent:#6cc3dc;
--on-accent:#07222b;--good:#7fd3a3;--good-ground:#17342a;--wait:#e8bd68;--wait-ground:#382d15;--bad:#ff9d94;--bad-ground:#40211f;
--quiet-ground:#27303a;--shadow:none`;

/** The style sheet. */
export const STYLE = `@layer money {${MONEY_STYLE}}
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root[data-theme=auto]{${DARK}}}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
*,*::before,*::after{box-sizing:border-box}
html{scroll-behavior:smooth;scrollbar-gutter:stable}
body{margin:0;background:var(--ground);color:var(--ink);font:0.9375rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
a{color:var(--accent);text-underline-offset:.16em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
main:focus{outline:none}
.skip{position:absolute;left:-999px;background:var(--paper);padding:.6rem 1rem;z-index:9}
.skip:focus{left:1rem;top:1rem}
.framed{display:grid;grid-template-columns:14rem minmax(0,1fr);min-height:100vh}
.side{border-right:1px solid var(--line);background:var(--paper);padding:1.25rem 1rem;position:sticky;top:0;height:100vh;display:flex;flex-direction:column;overflow-y:auto}
.brand{display:flex;justify-content:space-between;align-items:center;margin-bottom:1.25rem}
.mark{display:flex;gap:.55rem;align-items:center;font-weight:650;font-size:1.06rem;letter-spacing:-.01em;color:var(--ink);text-decoration:none}
.mark svg{color:var(--accent)}
.menu{display:none}
.side nav{flex:1;display:flex;flex-direction:column;gap:1.1rem}
.group>p{margin:0 .6rem .25rem;font-size:.75rem;font-weight:600;color:var(--soft);letter-spacing:.02em}
.group ul{list-style:none;margin:0;padding:0}
.group a{display:block;padding:.32rem .6rem;border-radius:6px;color:var(--ink);text-decoration:none}
.group a:hover{background:var(--quiet-ground)}
.group a[aria-current]{background:var(--quiet-ground);font-weight:600;box-shadow:inset 3px 0 0 var(--accent)}
.who{margin-top:auto;padding-top:1rem;border-top:1px solid var(--line);display:grid;gap:.6rem}
.who p{margin:0 .2rem;display:flex;justify-content:space-between;gap:.5rem;font-size:.875rem}
.who bdi{overflow-wrap:anywhere}
.who button{width:100%}
.themes{display:flex;border:1px solid var(--line);border-radius:6px;overflow:hidden}
.themes button{flex:1;border:0;border-radius:0;padding:.25rem;font-size:.8125rem;background:none}
.themes button[aria-pressed=true]{background:var(--quiet-ground);font-weight:600}
main{padding:1.75rem 2rem 4rem;max-width:84rem;width:100%;min-width:0}
.bare main{max-width:26rem;margin:12vh auto 0}
.head{margin-bottom:1.4rem}
h1{font-size:1.5rem;line-height:1.25;font-weight:640;letter-spacing:-.015em;margin:0;overflow-wrap:anywhere}
h2{font-size:1.0625rem;font-weight:620;letter-spacing:-.005em;margin:2rem 0 .6rem}
h3{font-size:.9375rem;font-weight:620;margin:1.2rem 0 .4rem}
.lead{margin:.25rem 0 0;color:var(--soft);max-width:70ch}
p{max-width:80ch}
.quiet,.under,.says,.helps,.currency{color:var(--soft)}
.under{display:block;font-size:.8125rem}
.says,.helps{font-size:.875rem;margin:.25rem 0}
.said{background:var(--good-ground);color:var(--good);padding:.6rem .9rem;border-radius:7px;margin:0 0 1.25rem;font-weight:550;max-width:none;overflow-wrap:anywhere}
.wrong{color:var(--bad);overflow-wrap:anywhere}
p.wrong{font-weight:550}
bdi,td,dd{overflow-wrap:anywhere}
.money,.right{text-align:right;white-space:nowrap}
.money{font-weight:550}
.currency{font-weight:400;font-size:.85em}
.off{color:var(--bad)}
.hash,code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.8125rem}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.badge{display:inline-block;padding:.05rem .5rem;border-radius:99px;font-size:.8125rem;font-weight:560;white-space:nowrap;background:var(--quiet-ground);color:var(--ink)}
.badge.good{background:var(--good-ground);color:var(--good)}
.badge.wait{background:var(--wait-ground);color:var(--wait)}
.badge.bad{background:var(--bad-ground);color:var(--bad)}
.scroll{overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:9px;box-shadow:var(--shadow)}
table{width:100%;border-collapse:collapse;font-size:.875rem}
th{text-align:left;font-weight:600;color:var(--soft);font-size:.8125rem;padding:.5rem .8rem;border-bottom:1px solid var(--line);white-space:nowrap;background:var(--band)}
td,tbody th{padding:.5rem .8rem;border-bottom:1px solid var(--line);vertical-align:top}
th.right{text-align:right}
tbody th{background:none;white-space:normal;width:16rem}
tbody tr:last-child>*{border-bottom:0}
tbody tr:hover{background:var(--band)}
tfoot td{font-weight:620;border-top:1px solid var(--ink);border-bottom:3px double var(--line)}
td[class=""]{min-width:4.5rem}
.empty{padding:1.4rem;border:1px dashed var(--line);border-radius:9px;color:var(--soft);text-align:center;max-width:none}
.card{background:var(--paper);border:1px solid var(--line);border-radius:9px;padding:1rem 1.15rem;margin:0 0 1rem;box-shadow:var(--shadow);min-width:0}
.card>:first-child{margin-top:0}
.card>:last-child{margin-bottom:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.9rem 1.5rem;margin:0 0 1.25rem}
.facts dt{color:var(--soft);font-size:.8125rem}
.facts dd{margin:0;font-weight:550}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:1rem;align-items:start}
button,.button{font:inherit;font-size:.875rem;font-weight:560;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:7px;padding:.38rem .8rem;cursor:pointer;text-decoration:none;display:inline-block;min-height:2rem}
button:hover,.button:hover{border-color:var(--soft)}
button.strong,.button.strong{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
button.strong:hover{filter:brightness(1.08)}
input,select,textarea{font:inherit;font-size:.875rem;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:7px;padding:.36rem .6rem;min-height:2rem;max-width:100%}
input[type=checkbox],input[type=radio]{min-height:0;width:1.05rem;height:1.05rem;accent-color:var(--accent)}
label{display:inline-grid;gap:.2rem;font-size:.8125rem;color:var(--soft)}
label.box{min-height:2rem;display:inline-flex;align-items:center;gap:.45rem;color:var(--ink);font-size:.875rem}
form{margin:0}
.acts{display:flex;flex-wrap:wrap;gap:.75rem;align-items:start;margin:1rem 0}
.act{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end}
.acts .act{max-width:30rem}
.act .says{flex-basis:100%;margin:0}
.filter{display:flex;flex-wrap:wrap;gap:.7rem;align-items:end;margin:0 0 1rem}
.choices{display:flex;flex-wrap:wrap;gap:.35rem;margin:0 0 1rem}
.choices a{padding:.22rem .7rem;border-radius:99px;border:1px solid var(--line);background:var(--paper);text-decoration:none;color:var(--ink);font-size:.8125rem}
.choices a[aria-current]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
.more{margin:1rem 0;display:flex;gap:1rem}
.verdict{font-weight:620;padding:.4rem .9rem;border-radius:7px;background:var(--quiet-ground);display:inline-block}
.verdict.open{background:var(--bad-ground);color:var(--bad)}
.verdict.fine{background:var(--good-ground);color:var(--good)}
.history{padding-left:1.2rem}
.aside{float:right}
dialog{border:1px solid var(--line);border-radius:11px;background:var(--paper);color:var(--ink);max-width:30rem;padding:1.25rem 1.4rem;box-shadow:0 18px 60px rgb(0 0 0 / 30%)}
dialog::backdrop{background:rgb(10 15 20 / 50%)}
dialog .acts{justify-content:flex-end;margin-bottom:0}
.flows{display:grid;gap:.8rem;margin:0;padding:0;list-style:none}
.flows .card,.diff .card{margin:0}
.flow{display:grid;grid-template-columns:minmax(15rem,1.5fr) minmax(0,2.6fr);gap:.4rem 1.6rem;align-items:center}
.line{display:flex;align-items:center;gap:.55rem;font-size:.8125rem;color:var(--soft);margin-top:.15rem}
.line i{flex:0 1 5rem;min-width:1.5rem;height:0;border-top:2px solid var(--accent);position:relative}
.line i::after{content:"";position:absolute;right:-1px;top:-6px;border:5px solid transparent;border-left-color:var(--accent);border-right:0}
.flow.bad .line i{border-top-style:dashed;border-color:var(--bad)}
.flow.bad .line i::after{border-left-color:var(--bad)}
.flow .facts{grid-template-columns:1fr 1fr .7fr 1.35fr 1.15fr;margin:0;gap:.5rem 1.2rem}
.flow h2{margin:0;font-size:1rem}
.flow h2 .badge{margin-left:.5rem;vertical-align:.08em}
.totals{grid-template-columns:repeat(auto-fit,minmax(11rem,1fr))}
.totals dd{font-size:1.35rem;font-weight:620;letter-spacing:-.015em;white-space:nowrap}
.totals .under{letter-spacing:0;font-weight:400}
.bars{display:block;width:100%;height:5.5rem}
.bars .good{fill:var(--good)}.bars .wait{fill:var(--wait)}.bars .bad{fill:var(--bad)}.bars line{stroke:var(--line)}
.legend{display:flex;gap:1rem;font-size:.8125rem;color:var(--soft);margin:.4rem 0 0;justify-content:space-between;flex-wrap:wrap}
.yaml{counter-reset:n;background:var(--paper);border:1px solid var(--line);border-radius:9px;padding:.7rem 0;overflow-x:auto;margin:0;list-style:none}
.yaml li{counter-increment:n;display:grid;grid-template-columns:3.2rem auto;white-space:pre;min-width:max-content;padding-right:1rem;font:.8125rem/1.55 ui-monospace,Menlo,Consolas,monospace}
.yaml li::before{content:counter(n);color:var(--soft);text-align:right;padding-right:.9rem}
.yaml .found{background:var(--bad-ground)}
.yaml .found.warning{background:var(--wait-ground)}
.yaml .note{grid-column:2;white-space:pre-wrap;font-family:system-ui,sans-serif;color:var(--bad);font-weight:550}
.yaml .warning .note{color:var(--wait)}
.mapping td:nth-child(2){color:var(--soft)}
.mapping td:nth-child(2)::before{content:"→\\00a0";color:var(--accent)}
.mapping code{font-weight:600}
.progress{height:.5rem;border-radius:99px;background:var(--quiet-ground);overflow:hidden;margin:.2rem 0 1rem}
progress{width:100%;height:.55rem;accent-color:var(--accent);display:block;margin:.3rem 0 1rem}
.diff{display:grid;gap:.6rem}
.change{padding:.75rem 1rem}
.change h3{margin:0;display:flex;flex-wrap:wrap;gap:.5rem;align-items:baseline}
.change table{margin-top:.5rem}
.change td{border:0;padding:.14rem .8rem .14rem 0}
.change td:first-child{color:var(--soft);width:12rem}
del{color:var(--bad);text-decoration-thickness:1px}
ins{color:var(--good);text-decoration:none;font-weight:550}
.bare form{display:grid;gap:.9rem}
.bare label{font-size:.875rem}
.bare input{width:100%;min-height:2.5rem}
@media (max-width:56rem){
.framed{display:block}
.side{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line);padding:.8rem 1rem}
.brand{margin:0}
.menu{display:inline-block;padding:.3rem .8rem;border:1px solid var(--line);border-radius:7px;text-decoration:none;color:var(--ink);font-size:.875rem}
.side nav{display:none}
.side nav:target{display:flex;margin-top:1rem}
.menu.close{align-self:end}
main{padding:1.2rem 1rem 3rem}
.facts,.flow .facts{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr))}
.flow{grid-template-columns:minmax(0,1fr)}
.totals{grid-template-columns:repeat(auto-fit,minmax(8rem,1fr))}
.totals dd{font-size:1.1rem}
tbody th{width:auto}
}
@media (max-width:40rem){
.scroll table:not(.fields):not(.keep) thead{position:absolute;left:-999rem}
.scroll table:not(.fields):not(.keep) tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}
.scroll table:not(.fields):not(.keep) td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.2rem .9rem;text-align:right}
.scroll table:not(.fields):not(.keep) td::before{content:attr(data-label);color:var(--soft);text-align:left;flex:none}
.scroll table:not(.fields):not(.keep) td[data-label=""]::before{content:none}
}
@media (prefers-reduced-motion:reduce){*{scroll-behavior:auto!important}}
@media print{
.side,.acts,.filter,.choices,.more,.skip,.said{display:none}
.framed{display:block}body{background:#fff;font-size:9.5pt}main{padding:0;max-width:none}
.card,.scroll{box-shadow:none;break-inside:avoid}thead{display:table-header-group}
}
`;
