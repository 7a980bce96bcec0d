/** The look of reports: dense, calm, light and dark; colours have contrast 4.5 or more on their ground. */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--line:#dfe3e8;--text:#1b2129;--dim:#5a6572;--accent:#2b66c4;--second:#c2571a;--bad:#b3261e;--warn:#8a5a00;--good:#1b7340;--bad-ground:#fdecea;--warn-ground:#fdf3dc;--good-ground:#e6f4ea;--ink:43,102,196;--ink-low:194,87,26}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--panel:#1a2028;--line:#2e3743;--text:#e4e9ef;--dim:#9aa7b5;--accent:#78aef5;--second:#f0a06a;--bad:#ff9a92;--warn:#f0c060;--good:#7fd6a0;--bad-ground:#3a1d1b;--warn-ground:#352a12;--good-ground:#16301f;--ink:120,174,245;--ink-low:240,160,106}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:1100px;margin:0 auto;padding:0 24px}
header{padding-top:28px}h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:0 0 12px}h3{font-size:15px;margin:0 0 6px;overflow-wrap:anywhere}h4{font-size:13px;margin:0 0 4px;color:var(--dim);font-weight:600}
.facts{color:var(--dim);margin:0 0 12px}.facts span+span::before{content:" · "}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;border-block:1px solid var(--line);padding:8px 0}a{color:var(--accent)}
section{padding:24px 0 4px}footer{color:var(--dim);padding-block:24px;border-top:1px solid var(--line);margin-top:24px}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}th{color:var(--dim);font-weight:600;white-space:nowrap}.end{text-align:right;white-space:nowrap}.scroll{overflow-x:auto}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:12px}.card{border:1px solid var(--line);border-radius:8px;background:var(--panel);padding:12px 14px;min-width:0}
.grid{display:flex;flex-wrap:wrap;align-items:flex-start;gap:16px 24px;margin-top:14px}.grid>*{flex:1 1 300px;min-width:0}
dl{display:grid;grid-template-columns:auto 1fr;gap:1px 12px;margin:0;font-size:13px}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
.badge{display:inline-block;white-space:nowrap;border-radius:4px;padding:0 6px;font-size:12px;background:var(--panel);color:var(--dim);border:1px solid var(--line)}
.badge.bad{background:var(--bad-ground);color:var(--bad);border-color:transparent}.badge.warn{background:var(--warn-ground);color:var(--warn);border-color:transparent}.badge.good{background:var(--good-ground);color:var(--good);border-color:transparent}
.dim{color:var(--dim)}svg{display:block;max-width:100%;height:auto}svg text{fill:var(--dim);font-size:11px}
.bar{fill:var(--accent)}.bar.second{fill:var(--second);fill-opacity:.75}.axis{stroke:var(--line)}.heat td,.heat th{padding:2px 4px;font-size:11px;text-align:center;border:0}.heat th{text-align:right;max-width:140px;overflow:hidden;text-overflow:ellipsis}.heat thead th{writing-mode:vertical-rl;text-align:left;max-height:120px}
@media print{body{font-size:11px}section{break-inside:auto}.card,tr{break-inside:avoid}nav{display:none}}
`;
