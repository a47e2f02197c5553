import { expect } from 'vitest'
import { expectFlawless } from './expectations.ts'
import { expectRelease, isUnfinished } from './releases.ts'
import { abort, deploy, killed, type Order, resume, rolled, succeeds } from './rollout.ts'
import { type Shop, useShop } from './shop.ts'
import { underLoad } from './under-load.ts'

const short = { streams: { download: { clients: 2, pauseMs: 100, seconds: 1 } } }

/** A shop whose rollouts are killed, and what all its hosts have. */
export interface Victim {
  readonly shop: Shop
  version: string
  /** The number of the newest version that was ever wanted. */
  newest: number
}

export const useVictim = async (hosts: Pick<Shop, 'balancers' | 'apps'>): Promise<Victim> => {
  const shop = await useShop({
    ...hosts,
    ...{ health: { within: 15 }, keep: 1, rollout: { canarySoak: 0, soak: 0 } },
  })
  // So that there are releases that the next rollout takes away.
  for (const each of ['v2', 'v3']) await succeeds(shop.site, deploy(each))
  return { shop, version: 'v3', newest: 3 }
}

/** Who comes after the one that was killed. */
export interface Next {
  readonly order: Order
  /** From another folder, which knows nothing of what happened in this one. */
  readonly elsewhere: boolean
}

export const resuming: Next = { order: resume, elsewhere: false }
export const resumingElsewhere: Next = { order: resume, elsewhere: true }
export const aborting: Next = { order: abort, elsewhere: false }
export const abortingElsewhere: Next = { order: abort, elsewhere: true }

const inWords = ({ order, elsewhere }: Next) => `${order[0]}${elsewhere ? ' from another folder' : ''}`

/** True at the one of this number, counted from 1, of all steps whose title fits. */
export const nth = (number: number, pattern = /./) => {
  let left = number
  return (title: string) => pattern.test(title) && --left === 0
}

/** Kills a rollout of a new version; whoever comes next brings it everywhere or takes it back. Null where it ended before. */
export const killAt = async (
  victim: Victim,
  isHere: (title: string) => boolean,
  next: Next,
  about: string,
): Promise<string | null> => {
  const { shop, version: before } = victim
  const wanted = `v${++victim.newest}`
  let at: string | null = null
  const measured = await underLoad(
    shop,
    `kill -9 ${about}, then ${inWords(next)}`,
    async () => {
      at = await killed(shop.site, deploy(wanted), isHere)
      victim.version = await goOn(shop, next, { at, before, wanted })
    },
    short,
  )
  expectFlawless(measured)
  await expectRelease(shop, victim.version)
  return at
}

interface Killed {
  readonly at: string | null
  readonly before: string
  readonly wanted: string
}

/** Nothing that serves has changed yet. */
const isEarly = (title: string) => /^(upload|unpack|migrate) /.test(title)
/** All hosts have it, and some may have been told that all is done. */
const isLate = (title: string) => /^(mark |note that it is done|remove )/.test(title)

/** Resolves with the version that all hosts must have afterwards. */
const goOn = async (shop: Shop, next: Next, { at, before, wanted }: Killed): Promise<string> => {
  if (at === null) return wanted
  const unfinished = await isUnfinished(shop)
  // The kill comes a moment later than the step: what follows may be done by then.
  if (!isEarly(at) && !isLate(at)) expect(unfinished, at).toBe(true)
  const site = next.elsewhere ? await shop.site.elsewhere() : shop.site
  const { exit, codes, stderr } = await rolled(site, next.order)
  if (unfinished) {
    expect(exit, stderr).toBe(0)
    return next.order === abort ? before : wanted
  }
  expect(codes).toEqual(['release.missing'])
  if (isLate(at)) return wanted
  await succeeds(site, deploy(wanted))
  return wanted
}

/** Kills what takes a bad release back, at the step of this number; whoever comes next leaves one release everywhere. */
export const killRevertAt = async (victim: Victim, number: number, next: Next): Promise<string | null> => {
  const { shop } = victim
  const isHere = nth(number)
  let reverting = false
  let at: string | null = null
  const measured = await underLoad(
    shop,
    `kill -9 after step ${number} of taking back, then ${inWords(next)}`,
    async () => {
      at = await killed(shop.site, deploy(`v${++victim.newest}-never-healthy`), (title, { type }) => {
        reverting ||= type === 'rollout.reverting'
        return reverting && title !== '' && isHere(title)
      })
      const unfinished = await isUnfinished(shop)
      const site = next.elsewhere ? await shop.site.elsewhere() : shop.site
      const { exit, codes, stderr } = await rolled(site, next.order)
      if (unfinished) expect(exit, stderr).toBe(0)
      else expect(codes).toEqual(['release.missing'])
    },
    short,
  )
  expectFlawless(measured)
  await expectRelease(shop, victim.version)
  return at
}
