import { FettleError } from '../../engine/core/error.ts'
import type { OperatingSystem } from '../../engine/core/host.ts'

const versions: Readonly<Record<string, string>> = { bookworm: '8.2', trixie: '8.4', jammy: '8.1', noble: '8.3' }

/** The version of PHP that a release of Debian or Ubuntu has. Errors: `settings.invalid` where it must be said. */
export const versionOf = ({ codename, name }: OperatingSystem, said: string | undefined): string => {
  const version = said ?? versions[codename]
  if (version) return version
  throw new FettleError({
    code: 'settings.invalid',
    message: `which PHP ${name} has is not known here`,
    hint: 'say it: php.version, as 8.2',
  })
}
