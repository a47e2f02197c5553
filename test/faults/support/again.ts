import { expect } from 'vitest'
import type { Site, Told } from '../../lab/support/site.ts'
import { deedsOf, resultOf } from '../../lab/support/told.ts'

export const provision = ['provision', '--yes', '--json'] as const

/** Applies a description once more after a fault: that must mend everything, and the time after find nothing to do. */
export const mend = async (
  site: Site,
  ...hosts: readonly string[]
): Promise<{ readonly mended: Told; readonly S: number }> => {
  const mended = await site.fettle(...provision)
  for (const host of hosts) expect(resultOf(mended, host)?.problem, mended.stderr).toBeUndefined()
  expect(mended.exit).toBe(0)
  const S = await changesOnReapply(site, ...hosts)
  expect(S, 'changes when applied once more').toBe(0)
  return { mended, S }
}

const changesOnReapply = async (site: Site, ...hosts: readonly string[]): Promise<number> => {
  const told = await site.fettle(...provision)
  expect(told.exit).toBe(0)
  return hosts
    .map((host) => deedsOf(told, host))
    .reduce((sum, { changed, reacted, owed }) => sum + changed.length + reacted.length + owed.length, 0)
}
