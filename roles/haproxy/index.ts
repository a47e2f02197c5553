import { balancerMaps, haproxyJudges, haproxyServes } from '../../engine/core/haproxy.ts'
import type { Validator } from '../../engine/core/resource.ts'
import { defineRole } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { dropIn } from '../../engine/resources/drop-in.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { configuration, maintenancePage } from './configuration.ts'
import { endpointsOf } from './databases.ts'
import { areHopsTls, trusted } from './hops.ts'
import { pageFiles } from './pages.ts'
import { peerListens } from './peers.ts'
import { poolsOf } from './servers.ts'
import { HaproxySettings } from './settings.ts'
import { passwordFiles, statisticsListens } from './statistics.ts'
import { certificates, shownBy } from './tls.ts'
import { watchOf } from './watch.ts'

const unit = 'haproxy.service'
const reload = '/usr/local/lib/fettle/haproxy-reload'
const validate: Validator = { name: 'haproxy', script: haproxyJudges }
const inForce = { validate, reloads: [unit] }

export default defineRole({
  name: 'haproxy',
  summary: 'Balances HTTP requests over the hosts of a group, and notices which of them are healthy.',
  settings: HaproxySettings,

  resources: (context) => [
    apt.installed({
      name: 'haproxy',
      provides: {
        units: [unit],
        users: ['haproxy'],
        groups: ['haproxy'],
        paths: ['/etc/haproxy/', '/etc/haproxy/haproxy.cfg'],
      },
    }),
    apt.installed({ name: 'socat' }),
    file.present({
      path: '/etc/apt/apt.conf.d/61fettle-haproxy',
      content: context.render('haproxy/upgrades.conf', {}),
    }),
    directory.present({ path: '/usr/local/lib/fettle' }),
    file.present({ path: reload, content: context.render('haproxy/reload', {}), mode: '0755' }),
    file.present({ path: haproxyServes, content: context.render('haproxy/serves', {}), mode: '0755' }),
    dropIn.present({
      unit,
      name: 'fettle',
      content: context.render('haproxy/service.conf', { reload }),
    }),
    file.present({
      path: maintenancePage,
      content: context.render('haproxy/maintenance.html', {}),
      reloads: [unit],
    }),
    ...Object.values(balancerMaps).map((path) => file.seeded({ path, content: '' })),
    ...certificates(context, unit),
    ...trusted(context, inForce),
    ...pageFiles(context, inForce),
    ...passwordFiles(context, inForce),
    file.present({ path: '/etc/haproxy/haproxy.cfg', content: configuration(context), ...inForce }),
    service.running({ unit }),
  ],

  listens: ({ settings, host, site }) => [
    ...Object.entries(settings.frontends).flatMap(([name, { port, tls }]) =>
      [port, ...(tls ? [tls.port] : [])].map((each) => ({
        port: each,
        protocol: 'tcp' as const,
        from: 'everybody' as const,
        why: `frontend ${name}`,
      })),
    ),
    ...Object.entries(settings.databases).flatMap(([name, { writerPort, readerPort, from }]) => [
      { port: writerPort, protocol: 'tcp' as const, from, why: `writers of database ${name}` },
      { port: readerPort, protocol: 'tcp' as const, from, why: `readers of database ${name}` },
    ]),
    ...statisticsListens({ settings }),
    ...peerListens({ settings, host, site }),
  ],

  pools: poolsOf,

  // Only the authority's own, by which balancers know their servers.
  certificates: (topology) => (areHopsTls(topology) ? [] : null),

  shownCertificates: shownBy,

  endpoints: endpointsOf,

  watch: watchOf,

  health: ({ settings }) => [
    { unit },
    ...Object.values(settings.frontends).flatMap(({ port, tls }) => [
      { tcp: port },
      ...(tls ? [{ tcp: tls.port }] : []),
    ]),
  ],
})
