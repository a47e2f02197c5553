import { FettleError } from '../../engine/core/error.ts'
import type { HostFacts } from '../../engine/core/host.ts'
import { contains } from '../networks.ts'

/** The interface of a host whose network an address belongs to. Errors: `settings.invalid` where there is none. */
export const interfaceFor = (host: string, name: string, address: string, { interfaces }: HostFacts): string => {
  const [plain = ''] = address.split('/')
  const found = interfaces.find(({ addresses }) =>
    addresses.some((own) => own.split('/')[0] !== plain && !isSingle(own) && contains(own, plain)),
  )
  if (found) return found.name
  const networks = interfaces.flatMap(({ addresses }) => addresses).filter((own) => !isSingle(own))
  throw new FettleError({
    code: 'settings.invalid',
    host,
    message: `the address "${name}", ${plain}, is in no network of ${host}`,
    detail: `its networks are: ${networks.join(', ') || 'none'}`,
    hint: 'an address can move only between hosts of its own network',
  })
}

/** An address that is its own network, as a virtual one may be while the host has it. */
const isSingle = (cidr: string): boolean => /:.*\/128$|^[^:]*\/32$/.test(cidr)
