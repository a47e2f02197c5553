import { type Html, html } from './html.ts'

const style = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1, code, pre { font-family: ui-monospace, monospace } h1 { font-size: 1.3rem; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin-top: 2rem } code, pre { font-size: .875rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem } dt { opacity: .7 } dd { margin: 0 }
table { border-collapse: collapse } th, td { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top }
pre { margin: .25rem 0 .5rem; padding: .5rem; overflow-x: auto; border: 1px solid #8886 }
details, .entry { margin: .25rem 0 } .hosts { opacity: .7 }
.added { color: #080 } .removed, .bad { color: #c00 }
@media (prefers-color-scheme: dark) { .added { color: #6d6 } .removed, .bad { color: #f77 } }`

/** Nothing is fetched, and nothing runs, whatever got into it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'"

/** A page that needs nothing else. */
export const htmlPage = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
${body}
</body>
</html>
`.html
