import { namesOf } from '../../engine/core/certificate.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { joined } from '../../engine/core/secret.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import { user } from '../../engine/resources/user.ts'
import { addressesIn } from '../addresses.ts'
import { orderingHosts, practiceAddress } from '../practice-address.ts'
import { PebbleSettings } from './settings.ts'

type Context = RoleContext<PebbleSettings>

const folder = '/etc/pebble'
const account = 'pebble'
const restarts = ['pebble.service']

export default defineRole({
  name: 'pebble',
  summary:
    'Practises being an authority that speaks ACME: its certificates are worth nothing, and what it asks is the same.',
  settings: PebbleSettings,

  resources: (context): readonly Declaration[] => {
    const { key, certificate } = context.certificate(account)
    return [
      apt.installed({ name: 'pebble' }),
      user.present({ name: account, system: true }),
      directory.present({ path: folder }),
      file.present({ path: `${folder}/key.pem`, content: key, owner: account, mode: '0600', restarts }),
      file.present({ path: `${folder}/cert.pem`, content: certificate, restarts }),
      configuration(context),
      ...['pebble.service', 'pebble-challtestsrv.service'].flatMap((name) => [
        unit.present({
          name,
          content: context.render(`pebble/${name}`, {
            account,
            folder,
            address: practiceAddress(context.site),
            os: context.host.facts.os,
          }),
          restarts: [name],
        }),
        service.running({ unit: name }),
      ]),
    ]
  },

  certificates: ({ host }) => [{ name: account, names: namesOf(host), uses: ['server'] }],

  listens: (context) => {
    const { port, managementPort } = context.settings
    const networks = addressesIn(orderingHosts(context.site), 'orders certificates')
    return [
      ...(networks.length > 0
        ? [{ port, protocol: 'tcp' as const, from: { networks }, why: 'orders of certificates' }]
        : []),
      { port: managementPort, protocol: 'tcp', from: 'controller', why: 'its root' },
    ]
  },

  health: ({ settings }) => [{ tcp: settings.port }],
})

const configuration = ({ settings }: Context): Declaration => {
  const { external, port, managementPort, validity } = settings
  const pebble = {
    listenAddress: `[::]:${port}`,
    managementListenAddress: `[::]:${managementPort}`,
    certificate: `${folder}/cert.pem`,
    privateKey: `${folder}/key.pem`,
    httpPort: 80,
    tlsPort: 443,
    certificateValidityPeriod: validity,
    externalAccountBindingRequired: external !== undefined,
  }
  const beginning = JSON.stringify({ pebble }).slice(0, -2)
  const keys = external ? joined`,"externalAccountMACKeys":{${JSON.stringify(external.id)}:"${external.key}"}` : ''
  const content = joined`${beginning}${keys}}}\n`
  return file.present({ path: `${folder}/config.json`, content, owner: account, mode: '0600', restarts })
}
