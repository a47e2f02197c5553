import { z } from 'zod'
import { identifier } from '../common-settings.ts'

/** A name that may become a file name and an nginx identifier. */

/** One line, and nothing that ends an nginx directive. */
const word = z.string().regex(/^[^\s;{}"'\\]+$/, 'one word without quotes, braces or semicolons')

const Site = z
  .strictObject({
    serverNames: z.array(word).default([]).describe('Names it answers to; none: every name'),
    port: z.int().min(1).max(65535).default(80).describe('Port it listens on, IPv4 and IPv6'),
    tls: z
      .boolean()
      .default(false)
      .describe('Takes TLS alone on its port, with a certificate of the site’s own authority: for balancers'),
    default: z.boolean().default(false).describe('Answers requests for names that no site has'),
    root: z.string().startsWith('/').optional().describe('Folder with static files'),
    content: z
      .record(z.string().regex(/^[\w][\w.-]*$/), z.string())
      .default({})
      .describe('Small files placed in `root`, by name'),
    fallback: word
      .default('=404')
      .describe('Last resort of `try_files` for static sites: `/index.html` for single-page apps'),
    upstream: z.array(word).default([]).describe('Proxied to these `address:port`, instead of a root'),
    healthPath: z
      .string()
      .startsWith('/')
      .nullable()
      .default('/healthz')
      .describe('Answers 200 for health checks; null for none'),
    servedBy: z.boolean().default(false).describe('Says which host answered in `X-Served-By`'),
    snippet: z.string().default('').describe('nginx directives, put into the server block as they are'),
  })
  .refine((site) => (site.root === undefined) !== (site.upstream.length === 0), 'either a root or an upstream')

export const NginxSettings = z.strictObject({
  workerConnections: z.int().min(64).default(4096).describe('Connections of each worker'),
  keepaliveTimeout: z.int().min(0).default(65).describe('Seconds an idle client connection is kept'),
  clientMaxBodySize: word.default('16m').describe('Largest request body'),
  gzip: z.boolean().default(true).describe('Compress text'),
  accessLog: z.boolean().default(true).describe('Write /var/log/nginx/access.log'),
  trustedProxies: z
    .string()
    .nullable()
    .default(null)
    .describe('Group of balancers whose `X-Forwarded-For` names the real client'),
  sites: z.record(identifier, Site).default({}).describe('Sites by name'),
})

export type NginxSettings = z.output<typeof NginxSettings>
export type NginxSite = NginxSettings['sites'][string]
