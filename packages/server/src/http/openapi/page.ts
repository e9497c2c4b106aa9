import { OPERATIONS } from '@moalog/contract/operations';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2430;background:#fff}
code{font-family:ui-monospace,monospace;font-size:13px}table{border-collapse:collapse;width:100%}
td{border-top:1px solid #dde3ea;padding:.4rem .6rem .4rem 0;vertical-align:top}td:first-child{width:28rem;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#d5d9e0;background:#12161c}td{border-color:#333b47}a{color:#66d9e8}}
@media(max-width:600px){td{display:block;border:0;padding:0}td:first-child{border-top:1px solid #8888;padding-top:.5rem;width:auto}}`;

/** The routes for people: no script, so that it stands under the console's own policy. */
export function openApiPage(routes: readonly string[], version: string): string {
  const byTag = new Map<string, string[]>();
  for (const route of [...new Set(routes)].sort()) {
    const known = OPERATIONS[route];
    if (known === undefined) continue;
    const row = `<tr><td><code>${escaped(route)}</code></td><td>${escaped(known.summary)}${known.open === true ? ' (open)' : ''}</td></tr>`;
    byTag.set(known.tag, [...(byTag.get(known.tag) ?? []), row]);
  }
  const sections = [...byTag].map(([tag, rows]) => `<h2>${escaped(tag)}</h2><table>${rows.join('')}</table>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Moalog API</title><style>${STYLE}</style></head>
<body><h1>Moalog API ${escaped(version)}</h1><p>With parameters, bodies and answers: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).
Keys are sent as <code>Authorization: Bearer KEY</code>.</p>${sections.join('')}</body></html>`;
}
