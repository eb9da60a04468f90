/** A piece of HTML: what a template took from elsewhere is escaped in it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | readonly Html[];

/** Puts values into HTML: text is escaped, pieces are taken as they are. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.map((text, at) => text + (at < parts.length ? textOf(parts[at] ?? null) : "")).join(""));
}

function textOf(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Loads nothing, runs nothing: also if somebody got markup into a recorded text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = new Html(`
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --quiet: #59636e; --line: #d5dbe1; --band: #f4f6f8;
  --clear: #b3261e; --clear-band: #fdecea; --masked: #7a5200; --masked-band: #fdf3dc; --denied: #3d4852; --denied-band: #e9edf1; --accent: #0b57d0 }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e6eaee; --quiet: #9aa5b1; --line: #303943; --band: #1c2229;
  --clear: #ff9a92; --clear-band: #3d1c1a; --masked: #f1c56b; --masked-band: #382b12; --denied: #c2ccd6; --denied-band: #28303a; --accent: #8ab4f8 } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --band: #f2f2f2;
  --clear: #8c1d18; --clear-band: #fff; --masked: #5c3d00; --masked-band: #fff; --denied: #333; --denied-band: #fff } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 80rem; padding: 2rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem }
p { margin: .25rem 0 } .quiet { color: var(--quiet) } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; padding: 0; list-style: none }
.facts li { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; background: var(--band) }
.facts b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums } .facts .grave b { color: var(--clear) }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { border-bottom: 1px solid var(--line); padding: .45rem .7rem; text-align: left; vertical-align: top }
th { background: var(--band); font-weight: 600; white-space: nowrap } td.wide { min-width: 13rem } td.time { white-space: nowrap; font-variant-numeric: tabular-nums }
td p { margin: 0 0 .25rem } td ul { margin: 0; padding: 0; list-style: none }
.tag { display: inline-block; border-radius: .3rem; padding: 0 .4rem; margin: 0 .2rem .15rem 0; border: 1px solid currentColor; font-size: .85rem; overflow-wrap: anywhere }
.clear { color: var(--clear); background: var(--clear-band) } .masked { color: var(--masked); background: var(--masked-band) } .denied { color: var(--denied); background: var(--denied-band) } .plain { color: var(--quiet) }
.note { border-left: 3px solid var(--accent); padding: .2rem .8rem; margin: 1rem 0; color: var(--quiet) }
thead { display: table-header-group } tr { break-inside: avoid }
@media print { body { max-width: none; padding: 0; font-size: 10pt } .scroll { overflow: visible } h2 { break-after: avoid } @page { size: A4 landscape; margin: 14mm } }
`);

/** A whole page to read and print, in light or dark; it loads nothing from elsewhere. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}"><title>${title}</title><style>${STYLE}</style></head>
<body>
${body}
</body>
</html>`.text;
}

/** A table with its head repeated on every printed page. */
export function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** Counts with their names, large; `grave` where one is to be noticed. */
export function facts(all: readonly (readonly [count: number, name: string, grave?: boolean])[]): Html {
  const item = ([count, name, grave]: (typeof all)[number]) =>
    html`<li class="${grave && count > 0 ? "grave" : ""}"><b>${count.toLocaleString("en")}</b>${name}</li>`;
  return html`<ul class="facts">${all.map(item)}</ul>`;
}

export function tags(kind: "clear" | "masked" | "denied" | "plain", texts: readonly string[]): Html {
  return html`${texts.map((text) => html`<span class="tag ${kind}">${text}</span>`)}`;
}
