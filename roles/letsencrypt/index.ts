import { acmeAccount } from '../../engine/core/acme-account.ts'
import { authorityFile } from '../../engine/core/certificate.ts'
import { certificateFolder, challengeMap, haproxyCertificate, haproxyJudges } from '../../engine/core/haproxy.ts'
import { letsencryptPrograms } from '../../engine/core/public-certificate.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import type { Text } from '../../engine/core/secret.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import { configuration, folder, state } from './configuration.ts'
import { LetsencryptSettings } from './settings.ts'

type Context = RoleContext<LetsencryptSettings>

const timer = 'fettle-letsencrypt.timer'

export default defineRole({
  name: 'letsencrypt',
  summary: 'Gets certificates for the names of websites, and renews them by itself; HAProxy shows them.',
  settings: LetsencryptSettings,

  resources: (context): readonly Declaration[] => {
    const { settings, render } = context
    const account = acmeAccount(settings.account)
    const config = configuration(context, account)
    return [
      apt.installed({ name: 'python3-acme' }),
      ...(settings.dns ? [apt.installed({ name: 'python3-dnspython' })] : []),
      directory.present({ path: '/etc/fettle' }),
      ...(settings.directory === 'practice'
        ? [file.present({ path: authorityFile, content: context.authority() })]
        : []),
      directory.present({ path: folder, mode: '0700' }),
      kept('account.pem', account.key),
      ...(settings.external ? [kept('external.key', settings.external.key)] : []),
      ...(settings.dns ? [kept('dns.key', settings.dns.secret)] : []),
      kept('config.json', config),
      file.present({
        path: challengeMap,
        content: `account ${account.thumbprint}\n`,
        validate: { name: 'haproxy', script: haproxyJudges },
        reloads: ['haproxy.service'],
      }),
      ...programs(context),
      unit.present({
        name: 'fettle-letsencrypt.service',
        content: render('letsencrypt/renew.service', {
          programs: letsencryptPrograms,
          certificates: certificateFolder,
        }),
      }),
      unit.present({
        name: timer,
        content: render('letsencrypt/renew.timer', { every: settings.every }),
        restarts: [timer],
      }),
      service.running({ unit: timer }),
    ]
  },

  publicCertificates: ({ settings }) =>
    Object.entries(settings.certificates).map(([name, { names }]) => ({ name, names })),

  certificates: ({ settings }) => (settings.directory === 'practice' ? [] : null),

  health: () => [{ unit: timer }],
})

/** Of root alone; what is due is looked for anew where one of them is another. */
const kept = (name: string, content: Text): Declaration =>
  file.present({ path: `${folder}/${name}`, content, mode: '0600', restarts: [timer] })

const programs = ({ render }: Context): readonly Declaration[] => [
  directory.present({ path: '/usr/local/lib/fettle' }),
  directory.present({ path: letsencryptPrograms }),
  ...['failed.py', 'due.py', 'leads_here.py', 'in_dns.py', 'order.py'].map((name) =>
    file.present({ path: `${letsencryptPrograms}/${name}`, content: render(`letsencrypt/${name}`, {}) }),
  ),
  file.present({
    path: `${letsencryptPrograms}/renew`,
    content: render('letsencrypt/renew', { folder, state, program: haproxyCertificate }),
    mode: '0755',
  }),
]
