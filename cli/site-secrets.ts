import type { IssuedToHost } from '../engine/core/certificate.ts'
import { FettleError } from '../engine/core/error.ts'
import type { WantedSecret } from '../engine/core/secret-reference.ts'
import type { Inventory } from '../engine/inventory/index.ts'
import { issuedTo, issuing } from '../engine/secrets/certificates/making.ts'
import type { Entries } from '../engine/secrets/entries.ts'
import { generating } from '../engine/secrets/generate.ts'
import { madeOnce, together } from '../engine/secrets/made.ts'
import { resolveSecrets } from '../engine/secrets/resolve.ts'
import { keepingOf } from './keeping.ts'
import type { SecretsUse } from './keys.ts'
import { hideSecrets } from './masking.ts'
import type { KeyOptions } from './options.ts'
import type { SiteNeeds } from './site-certificates.ts'
import { vaultPasswords } from './vault-passwords.ts'

interface Opening extends SecretsUse {
  readonly folder: string
  readonly inventory: Inventory
  readonly options: KeyOptions
}

interface Wanted {
  readonly secrets: readonly WantedSecret[]
  /** Undefined where no role asks for any. */
  readonly certificates: SiteNeeds | undefined
}

/**
 * Gives secrets their values, has certificates issued, and hides all of it from then on. What was issued is told by
 * host. Errors: `secret.*`; those of secrets all at once.
 */
export const openSecrets = async (
  { secrets, certificates }: Wanted,
  { folder, inventory, options, aside, keeps }: Opening,
): Promise<ReadonlyMap<string, IssuedToHost>> => {
  const { file, keys } = await keepingOf(inventory, options, aside)
  const makers = [generating(secrets), ...(certificates ? [issuing(certificates)] : [])]
  const entries = madeOnce(together(...makers), { file, keys, keeps })
  await resolveSecrets(secrets, { file, folder, keys, entries, vaultPasswords: () => vaultPasswords(options, aside) })
  const issued = certificates ? await issuedToAll(certificates, entries) : new Map<string, IssuedToHost>()
  const issuedKeys = [...issued.values()].flatMap((each) => [...each.certificates.values()].map(({ key }) => key))
  await hideSecrets([...secrets.map(({ secret }) => secret), ...issuedKeys])
  return issued
}

const issuedToAll = async (needs: SiteNeeds, entries: () => Promise<Entries>) => {
  try {
    const made = await entries()
    return new Map(needs.hosts.map((host) => [host, issuedTo(host, needs, made)]))
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    const [{ message, ...problem }] = error.problems
    throw new FettleError(
      { position: needs.position, ...problem, message: `role ${needs.role} asks for certificates: ${message}` },
      error,
    )
  }
}
