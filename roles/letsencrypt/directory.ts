import { addressesOf, bracketed } from '../../engine/core/addresses.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { Topology } from '../../engine/core/role.ts'
import type { LetsencryptSettings } from './settings.ts'

type Place = Topology<LetsencryptSettings>

/** Directories of Let's Encrypt (letsencrypt.org/docs). */
const directories: Readonly<Record<string, string>> = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
}

/** Where certificates are ordered. Errors: `settings.invalid` where there is no authority for practice. */
export const directoryOf = (context: Place): string => {
  const { directory } = context.settings
  return directory === 'practice' ? practice(context) : (directories[directory] ?? directory)
}

const practice = ({ site }: Place): string => {
  const found = site
    .hosts('all')
    .flatMap((host) => site.listens(host.name).map((listen) => ({ host, ...listen })))
    .find(({ role, why }) => role === 'pebble' && why === 'orders of certificates')
  const [address] = found ? addressesOf(found.host) : []
  if (found && address) return `https://${bracketed(address)}:${found.port}/dir`
  throw new FettleError({
    code: 'settings.invalid',
    message: 'certificates are to be ordered of an authority for practice, and no host of this inventory is one',
    hint: 'give a host the role pebble, or leave `directory` out',
  })
}
