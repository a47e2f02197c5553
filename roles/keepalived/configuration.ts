import { FettleError } from '../../engine/core/error.ts'
import { haproxyServes } from '../../engine/core/haproxy.ts'
import type { Validator } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { Text } from '../../engine/core/secret.ts'
import { addressFiles, plainAddress } from '../../engine/core/virtual-address.ts'
import { interfaceFor } from './interface.ts'
import { type Member, membersOf, sourceOf } from './members.ts'
import type { KeepalivedSettings } from './settings.ts'

type Context = RoleContext<KeepalivedSettings>

/** The file of keepalived. Errors: `settings.invalid`. */
export const configuration = (context: Context, programs: { readonly checker: string; readonly noted: string }): Text =>
  context.render('keepalived/keepalived.conf', {
    ...programs,
    serves: haproxyServes,
    folder: addressFiles,
    instances: instancesOf(context),
  })

/** Refuses the file where keepalived does, or where a stranger has one of the addresses. */
export const validator = (context: Context): Validator => ({
  name: 'keepalived',
  script: context
    .render('keepalived/validate', {
      folder: addressFiles,
      instances: instancesOf(context),
    })
    .toString(),
})

/** Its addresses. Errors: `settings.invalid` where nothing on the host balances. */
const balanced = ({ host, site }: Context) => {
  const addresses = site.virtualAddresses(host.name)
  const isBalancer = site.health(host.name).some((each) => 'unit' in each && each.unit === 'haproxy.service')
  if (isBalancer || addresses.length === 0) return addresses
  throw new FettleError({
    code: 'settings.invalid',
    host: host.name,
    message: `${host.name} is to have the address "${addresses[0]?.name}" as long as HAProxy serves there, and it has no role haproxy`,
    hint: `give "haproxy" to a group of ${host.name}`,
  })
}

const instancesOf = (context: Context) => balanced(context).map(({ name }) => instanceOf(context, name))

const instanceOf = ({ host, site }: Context, name: string) => {
  const members = membersOf(site, name)
  const own = members.find((member) => member.host.name === host.name) as Member
  const { address, router, preferred, every } = own.said
  return {
    ...{ name, address, router, every, preferred },
    ip: plainAddress(own.said),
    priority: own.priority,
    interface: interfaceFor(host.name, name, address, host.facts),
    source: sourceOf(own),
    peers: members.filter((member) => member !== own).map(sourceOf),
  }
}
