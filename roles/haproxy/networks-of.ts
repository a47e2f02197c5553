import type { z } from 'zod'
import type { Topology } from '../../engine/core/role.ts'
import { addressesIn } from '../addresses.ts'
import type { From } from '../common-settings.ts'
import { plainNetwork } from '../networks.ts'

/** Where those come from that are let in. Errors: `settings.invalid`, for all hosts of a group whose addresses are not known. */
export const networksOf = (
  { site }: Pick<Topology<unknown>, 'site'>,
  from: z.output<typeof From>,
  does: string,
): readonly string[] =>
  'networks' in from ? from.networks.map(plainNetwork) : addressesIn(site.hosts(from.group), does)
