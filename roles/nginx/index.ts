import type { Declaration, Validator } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import type { Text } from '../../engine/core/secret.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { NginxSettings, type NginxSite } from './settings.ts'
import { certificatesOf, certified, shownOf } from './tls.ts'

const unit = 'nginx.service'
const validate: Validator = { name: 'nginx', script: 'nginx -t' }
const inForce = { validate, reloads: [unit] }

export default defineRole({
  name: 'nginx',
  summary: 'Serves static files and passes requests on to app servers.',
  settings: NginxSettings,

  resources: (context) => [
    apt.installed({
      name: 'nginx',
      provides: {
        units: [unit],
        paths: [
          '/etc/nginx/',
          '/etc/nginx/nginx.conf',
          '/etc/nginx/sites-enabled/',
          '/etc/nginx/sites-enabled/default',
        ],
        pathsOf: 'nginx-common',
      },
    }),
    ...Object.values(context.settings.sites).flatMap(content),
    ...certified(context, inForce),
    file.present({ path: '/etc/nginx/nginx.conf', content: mainConfiguration(context), ...inForce }),
    file.absent({ path: '/etc/nginx/sites-enabled/default', ...inForce }),
    ...Object.entries(context.settings.sites).map(([name, site]) =>
      file.present({
        path: `/etc/nginx/sites-enabled/${name}.conf`,
        content: siteConfiguration(context, name, site),
        ...inForce,
      }),
    ),
    service.running({ unit }),
  ],

  listens: ({ settings }) =>
    [...new Set(Object.values(settings.sites).map((site) => site.port))].map((port) => ({
      port,
      protocol: 'tcp',
      from: settings.trustedProxies ? { group: settings.trustedProxies } : 'everybody',
      why: 'web requests',
    })),

  certificates: certificatesOf,

  health: ({ settings }) => [
    { unit },
    ...Object.values(settings.sites).flatMap(({ port, tls, healthPath }) =>
      healthPath ? [{ http: `${tls ? 'https' : 'http'}://127.0.0.1:${port}${healthPath}`, status: 200 }] : [],
    ),
  ],
})

const content = ({ root, content }: NginxSite): Declaration[] => {
  if (!root) return []
  return [
    ...(root.startsWith('/srv/www/') ? [directory.present({ path: '/srv/www' })] : []),
    directory.present({ path: root }),
    ...Object.entries(content).map(([file_, text]) => file.present({ path: `${root}/${file_}`, content: text })),
  ]
}

const mainConfiguration = (context: RoleContext<NginxSettings>): Text => {
  const { settings, site, render } = context
  return render('nginx/nginx.conf', {
    shown: shownOf(context),
    worker_connections: settings.workerConnections,
    client_max_body_size: settings.clientMaxBodySize,
    keepalive_timeout: settings.keepaliveTimeout,
    access_log: settings.accessLog,
    gzip: settings.gzip,
    trusted_proxies: settings.trustedProxies ? site.hosts(settings.trustedProxies).map((host) => host.address) : [],
  })
}

const siteConfiguration = ({ render }: RoleContext<NginxSettings>, name: string, site: NginxSite): Text =>
  render('nginx/site.conf', {
    name,
    port: site.port,
    tls: site.tls,
    is_default: site.default,
    server_names: site.serverNames,
    served_by: site.servedBy,
    health_path: site.healthPath,
    root: site.root ?? null,
    fallback: site.fallback,
    upstream: site.upstream,
    snippet: site.snippet.trimEnd(),
  })
