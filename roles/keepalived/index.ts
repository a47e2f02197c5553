import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole } from '../../engine/core/role.ts'
import { addressFiles } from '../../engine/core/virtual-address.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { dropIn } from '../../engine/resources/drop-in.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { user } from '../../engine/resources/user.ts'
import { configuration, validator } from './configuration.ts'
import { peersOf } from './members.ts'
import { addressIn } from './numbered.ts'
import { KeepalivedSettings } from './settings.ts'

const unit = 'keepalived.service'
const noted = '/usr/local/lib/fettle/address-noted'

/** Who runs the check: it reads one socket. */
const checker = 'keepalived_script'

export default defineRole({
  name: 'keepalived',
  summary: 'Lets an address move between balancers: whoever has it is one that serves.',
  settings: KeepalivedSettings,

  resources: (context): readonly Declaration[] => [
    apt.installed({ name: 'keepalived', provides: { units: [unit], paths: ['/etc/keepalived/'] } }),
    apt.installed({ name: 'iputils-arping' }),
    user.present({ name: checker, system: true }),
    directory.present({ path: '/usr/local/lib/fettle' }),
    file.present({ path: noted, content: context.render('keepalived/noted', { folder: addressFiles }), mode: '0755' }),
    dropIn.present({
      unit,
      name: 'fettle',
      content: context.render('keepalived/service.conf', { folder: addressFiles }),
    }),
    file.present({
      path: '/etc/keepalived/keepalived.conf',
      content: configuration(context, { checker, noted }),
      validate: validator(context),
      reloads: [unit],
    }),
    service.running({ unit }),
  ],

  listens: ({ host, site }) =>
    site.virtualAddresses(host.name).flatMap((address) => {
      const networks = peersOf(site, host, address.name)
      const why = `whether the others of "${address.name}" are there`
      return networks.length === 0 ? [] : [{ port: 0, protocol: 'vrrp' as const, from: { networks }, why }]
    }),

  virtualAddresses: ({ settings, host }) =>
    Object.entries(settings.addresses).map(([name, { address, preferred, router, priorities }]) => ({
      ...{ name, address: addressIn(host, name, address), preferred, every: settings.every },
      router: router ?? lastByte(addressIn(host, name, address)),
      priority: priorities[host.name] ?? null,
    })),

  health: () => [{ unit }],
})

/** 0 is no number of an election. */
const lastByte = (address: string): number => {
  const [plain = ''] = address.split('/')
  const last = plain.includes(':')
    ? Number.parseInt(plain.slice(-2).replace(/^:/, '') || '1', 16)
    : Number(plain.split('.').at(-1))
  return last || 1
}
