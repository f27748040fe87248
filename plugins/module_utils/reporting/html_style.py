# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How the page looks: light and dark, on screens of any width, and on paper."""

from __future__ import annotations

STYLE = """
:root{--ink:#1b2330;--soft:#566275;--line:#dbe1ea;--paper:#fff;--ground:#f4f6fa;--link:#0b57b0;
--good:#0a6b3d;--good-bg:#e5f5ec;--bad:#a3152b;--bad-bg:#fdecee;--warn:#7a4a00;--warn-bg:#fdf3dd;--quiet:#4a5568;
--quiet-bg:#eaeef4;--new:#12805a;--changed:#3566c4}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf5;--soft:#a6b2c4;--line:#333e50;--paper:#171d27;--ground:#0f141c;
--link:#8ab8ff;--good:#6fd6a1;--good-bg:#12291f;--bad:#ff99a6;--bad-bg:#331820;--warn:#f3c56d;--warn-bg:#2e2412;
--quiet:#b3bfd0;--quiet-bg:#1f2734;--new:#46c294;--changed:#7ba5f5}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:4.5rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",
"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
header,nav,main,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
h1,h2,h3,p,ul,dl,dd{margin:0;padding:0}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem 1rem;z-index:3}
header{margin-top:1.25rem;padding:1.5rem 1.75rem 1.75rem;border-radius:16px;border-left:8px solid;
max-width:calc(76rem - 2.5rem);width:calc(100% - 2.5rem)}
header.good{background:var(--good-bg);border-color:var(--good)}
header.bad{background:var(--bad-bg);border-color:var(--bad)}
header.warn{background:var(--warn-bg);border-color:var(--warn)}
header.quiet{background:var(--quiet-bg);border-color:var(--quiet)}
header.good h1{color:var(--good)}header.bad h1{color:var(--bad)}header.warn h1{color:var(--warn)}
.bar{display:flex;justify-content:space-between;align-items:center;gap:1rem}
.what{font-size:.9rem;letter-spacing:.02em;color:var(--ink)}
h1{font-size:clamp(1.5rem,3.4vw,2.25rem);line-height:1.2;letter-spacing:-.015em;margin:.35rem 0 .4rem}
.summary{font-size:1.15rem}
.refusal{margin-top:.9rem;font-weight:600}
.apply{margin-top:1.25rem;display:grid;grid-template-columns:1fr auto;gap:.5rem .75rem;align-items:center}
.apply h2{grid-column:1/-1;font-size:.95rem;margin:0}
pre{margin:0;padding:.75rem 1rem;background:var(--paper);border:1px solid var(--line);border-radius:10px;overflow:auto;
font:.86rem/1.5 ui-monospace,"Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;
overflow-wrap:anywhere}
button,select,input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:10px;
padding:.5rem .9rem;min-height:2.75rem}
button{cursor:pointer;font-weight:600}button:hover{border-color:var(--link);color:var(--link)}
nav{padding-top:1.25rem}
nav h2,.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
nav ul{display:flex;flex-wrap:wrap;gap:.6rem;list-style:none}
nav a{display:inline-block;background:var(--paper);border:1px solid var(--line);border-radius:999px;padding:.45rem 1rem;
text-decoration:none;color:var(--ink)}
nav a:hover{border-color:var(--link)}nav b{margin-left:.35rem}
main section{background:var(--paper);border:1px solid var(--line);border-radius:16px;
padding:1.25rem 1.5rem 1.5rem;margin-top:1.25rem}
main h2{font-size:1.3rem;letter-spacing:-.01em;margin-bottom:.75rem}
main h2 b,main h3 b{font-weight:600;color:var(--soft);margin-left:.4rem}
main h3{font-size:1.02rem;margin:1.1rem 0 .5rem}
#removed{border-top:5px solid var(--bad)}#renumbered{border-top:5px solid var(--warn)}
#new{border-top:5px solid var(--new)}
#rest{border-top:5px solid var(--changed)}#rejected,#conflicts{border-top:5px solid var(--bad)}
#warnings{border-top:5px solid var(--warn)}#picture h2{margin-bottom:1rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:1rem 3rem}
.pictures h3{margin-top:0}
.bars>div{display:grid;grid-template-columns:8.5rem 1fr;gap:1rem;align-items:center;padding:.22rem 0}
.bars dt{color:var(--soft);overflow-wrap:anywhere}
.bars dd{display:grid;grid-template-columns:minmax(4.5rem,max-content) 1fr max-content;gap:.8rem;align-items:center}
.bars dd b{text-align:right;font-weight:600}
svg{width:100%;height:.8rem;border-radius:999px;display:block}
.ground{fill:var(--quiet-bg)}.fill{fill:var(--changed)}.reserved{fill:var(--soft)}
.free{color:var(--soft);font-size:.9rem}
.bad .fill{fill:var(--bad)}.new .fill{fill:var(--new)}
#tools{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;background:var(--ground);
padding:.75rem 0;margin-top:.75rem}
#tools[hidden]{display:none}
#tools p{display:flex;gap:.6rem;align-items:center}#tools p:first-child{flex:1 1 20rem}
#tools label{white-space:nowrap;font-size:.92rem;color:var(--soft)}#find{flex:1;min-width:8rem}
.chunk,.scroll{overflow-x:auto}
.big{content-visibility:auto;contain-intrinsic-size:auto 7600px}
.away{content-visibility:hidden;height:0;overflow:hidden}
table{width:100%;border-collapse:collapse;font-size:.93rem}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding:.25rem .6rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);
overflow-wrap:break-word;max-width:28rem;unicode-bidi:isolate}
thead th{color:var(--soft);font-size:.82rem;font-weight:600;white-space:nowrap;overflow-wrap:normal}
tbody th{font-weight:600}
tbody tr:hover{background:var(--ground)}
.n{text-align:right}.counts{width:auto;min-width:min(28rem,100%)}
del{color:var(--bad);text-decoration-thickness:1px}ins{color:var(--good);text-decoration:none;font-weight:600}
#removed th,#removed td{text-decoration-color:var(--bad)}
i{font-style:normal;color:var(--soft);font-size:.86em}
main ul{padding-left:1.2rem}main li{margin:.3rem 0;overflow-wrap:anywhere}
#more{margin-top:1rem}
footer{padding-top:1.5rem;padding-bottom:2.5rem;color:var(--soft);font-size:.92rem}
footer h2{font-size:1rem;margin-bottom:.4rem}
footer dl{display:grid;gap:.15rem}footer dl div{display:grid;grid-template-columns:8rem 1fr;gap:1rem}
footer dd{overflow-wrap:anywhere}
@media (max-width:40rem){table{min-width:34rem}
.apply{grid-template-columns:1fr}.bars>div{grid-template-columns:6.5rem 1fr;gap:.6rem}
#tools{position:static}header{padding:1.1rem 1.2rem}main section{padding:1rem}}
@media print{:root{--ink:#000;--soft:#333;--line:#bbb;--paper:#fff;--ground:#fff;--quiet-bg:#eee;--good:#064;--bad:#800;
--warn:#630;--good-bg:#fff;--bad-bg:#fff;--warn-bg:#fff;--new:#333;--changed:#555}
body{font-size:10pt}#tools,button,.skip,nav,#results{display:none!important}
#list{content-visibility:visible;height:auto}
.chunk,.scroll{content-visibility:visible;overflow:visible}thead{display:table-header-group}tr{break-inside:avoid}
h2,h3{break-after:avoid}main section{border-radius:0;border-width:1px 0 0;padding:.5rem 0}
header{border-radius:0;width:100%;max-width:none}pre{white-space:pre-wrap}
svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}@page{margin:15mm}}
""".strip()
