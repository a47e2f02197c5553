import { execa } from 'execa'

export interface Wanted {
  /** Whether the backend that began with plain HTTP speaks TLS. */
  readonly late?: boolean
  /** Whether the app does. */
  readonly app?: boolean
  readonly ca?: object
}

const rollout = { canarySoak: 1, soak: 1 }
const released = (name: string) => ({ tls: true, balancers: 'lb', rollout, source: { folder: name } })
const docs = { default: true, servedBy: true, root: '/srv/www/docs', fallback: '/index.html' }

/** Sites, releases and an app that take TLS alone, one that begins with plain HTTP, and balancers before them. */
export const siteYml = ({ late = false, app = true, ca = { days: 30 } }: Wanted = {}) =>
  JSON.stringify({
    name: 'edge',
    groups: {
      all: { ufw: {} },
      web: {
        ca: { ...ca, certificates: { other: { names: ['other.test'] } } },
        nginx: {
          trustedProxies: 'lb',
          sites: {
            docs: { ...docs, port: 8443, tls: true, content: { 'index.html': 'docs' } },
            late: { ...docs, port: 8446, tls: late },
          },
        },
        static: { apps: { pages: { ...released('pages'), port: 8444, default: true, fallback: '/index.html' } } },
        php: {
          apps: {
            blog: { ...released('blog'), port: 8445, default: true, health: { path: '/health', release: 'X-Release' } },
          },
        },
        app: {
          apps: {
            shop: {
              ...{ ...released('shop'), tls: app, command: 'node main.mjs', packages: ['nodejs'], stop: 5 },
              health: { release: 'X-Release' },
            },
          },
        },
      },
      lb: {
        haproxy: {
          slowStart: '2s',
          frontends: {
            web: {
              backend: 'docs',
              routes: ['pages', 'blog', 'shop', 'late'].map((name) => ({ paths: [`/${name}`], backend: name })),
              tls: { certificates: ['front'], redirect: false },
            },
          },
          backends: {
            docs: { group: 'web', port: 8443, tls: true, cookie: {} },
            late: { group: 'web', port: 8446, tls: late },
            ...Object.fromEntries(['pages', 'blog', 'shop'].map((name) => [name, { app: name }])),
          },
          certificates: { front: 'file:keys/front.pem' },
        },
      },
    },
  })

/** A key and a certificate that signs itself, in one text. */
export const selfSigned = async (name: string): Promise<string> => {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '-', '-out', '-']
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '30']
  return (await execa('openssl', ['req', '-x509', ...key, ...subject], { stdin: 'ignore' })).stdout
}

/** An app that serves HTTPS with what it is given, without it HTTP, and says which release it is of. */
export const shop = `
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
const { PORT, RELEASE, HOST_NAME, TLS_KEY, TLS_CERTIFICATE } = process.env
const tls = TLS_KEY && { key: readFileSync(TLS_KEY), cert: readFileSync(TLS_CERTIFICATE) }
const options = { ...tls, keepAliveTimeout: 65_000, headersTimeout: 66_000 }
const server = (tls ? https : http).createServer(options, (request, response) => {
  response.setHeader('X-Release', RELEASE)
  response.end('shop of ' + HOST_NAME)
})
server.listen(PORT)
process.on('SIGTERM', () => server.close(() => process.exit()))
`

/** The same for PHP, which nginx serves. */
export const blog = `<?php
header('X-Release: ' . parse_ini_file(__DIR__ . '/../.release')['RELEASE']);
echo 'blog over ', $_SERVER['HTTPS'] ?? 'plain HTTP';
`
