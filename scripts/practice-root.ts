import { request } from 'node:https'
import { text } from 'node:stream/consumers'

/**
 * Usage: fettle certificates --json | practice-root.ts ADDRESS. Prints the root that an authority for practice (role pebble)
 * issues under, as PEM. Whoever tells it has a certificate of the site's own authority, which comes first in the list.
 */
const [line = ''] = (await text(process.stdin)).split('\n')
const { certificate } = JSON.parse(line) as { readonly certificate: string }
const url = `https://${process.argv[2]}:15000/roots/0`
request(url, { ca: certificate, agent: false }, (answer) => answer.pipe(process.stdout)).end()
