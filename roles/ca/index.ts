import { authorityFile, certificatesFolder as folder, namesOf } from '../../engine/core/certificate.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { type CaCertificate, CaSettings } from './settings.ts'
import { systemTrust } from './system-trust.ts'

export default defineRole({
  name: 'ca',
  summary: 'Trusts the authority of the site, `/etc/fettle/ca.pem`, and has its certificates for programs of your own.',
  settings: CaSettings,

  resources: (context) => {
    const named = Object.entries(context.settings.certificates)
    return [
      directory.present({ path: '/etc/fettle' }),
      file.present({ path: authorityFile, content: context.authority() }),
      ...systemTrust(context.settings.systemTrust, context.authority()),
      ...(named.length > 0 ? [directory.present({ path: folder })] : []),
      ...named.flatMap(([name, spec]) => placed(context, name, spec)),
    ]
  },

  certificates: ({ settings, host }) =>
    Object.entries(settings.certificates).map(([name, { names, uses }]) => ({
      name,
      names: names.length > 0 ? names : namesOf(host),
      uses,
    })),
})

const placed = (
  context: RoleContext<CaSettings>,
  name: string,
  { owner, group, reloads, restarts }: CaCertificate,
): readonly Declaration[] => {
  const { key, certificate } = context.certificate(name)
  const kept = group === null ? { owner, mode: '0600' } : { owner, group, mode: '0640' }
  return [
    file.present({ path: `${folder}/${name}.key`, content: key, ...kept, reloads, restarts }),
    file.present({ path: `${folder}/${name}.pem`, content: certificate, reloads, restarts }),
  ]
}
