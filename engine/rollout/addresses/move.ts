import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { HeldHost } from '../held-host.ts'
import { type AddressState, keepAwayScript, readState, stateScript } from './state.ts'
import { type AddressStatus, holdersOf } from './status.ts'

/** From whom to whom an address goes. */
export interface Move {
  readonly name: string
  readonly address: string
  /** Null where nobody has it. */
  readonly from: string | null
  readonly to: string
  /** Who is kept away from it for good, because it would take it back; null for nobody. */
  readonly stays: string | null
}

/** Milliseconds from one look to the next. */
const pace = 50

/** Milliseconds that a move may take: a sign of life every ten seconds is the slowest there is. */
const patience = 45_000

/**
 * Pure. How an address comes to a host, or to the first that is ready; null where it is there. Errors: `address.refused`,
 * where nobody could take it, or the one that was said could not.
 */
export const moveOf = ({ name, address, preferred, members }: AddressStatus, to: string | undefined): Move | null => {
  const [from = null] = holdersOf(members)
  if (to !== undefined && to === from) return null
  const able = members.filter(({ standing }) => standing === 'ready' || (to !== undefined && standing === 'kept away'))
  const chosen = able.find(({ host }) => to === undefined || host === to)
  if (chosen)
    return {
      name,
      address,
      from,
      to: chosen.host,
      stays: preferred !== null && preferred !== chosen.host ? preferred : null,
    }
  const others = members.filter(({ host }) => host !== from)
  throw new FettleError({
    code: 'address.refused',
    message: to === undefined ? `nobody could take ${name} over` : `${to} could not take ${name} over`,
    detail: others.map(({ host, standing }) => `${host}: ${standing}`).join('; ') || 'there is no other host for it',
    hint: 'fettle lb status says how they stand',
  })
}

/** Brings it there. Errors: `step.failed`, `address.failed` where it did not arrive; then nobody is kept away by this. */
export const move = async (hosts: ReadonlyMap<string, HeldHost>, { name, address, to, stays }: Move): Promise<void> => {
  const target = hosts.get(to) as HeldHost
  const others = [...hosts.values()].filter((host) => host !== target)
  await target.step(`let ${name} come`, keepAwayScript(name, false))
  await target.during(`wait until it stands by for ${name}`, () =>
    until([target], ([state]) => state?.standsBy.includes(name) || state?.has.includes(address), {
      ...{ host: to, message: `${to} does not stand by for ${name}` },
    }),
  )
  try {
    await Promise.all(others.map((host) => host.step(`give ${name} away`, keepAwayScript(name, true))))
    await target.during(`wait until ${name} is there`, () =>
      until([target, ...others], (states) => isOnlyAtFirst(states, address), {
        ...{ host: to, message: `${name} did not arrive at ${to}, or is elsewhere, too` },
      }),
    )
  } finally {
    const free = others.filter((host) => host.name !== stays)
    await Promise.all(free.map((host) => host.step(`stand by for ${name} again`, keepAwayScript(name, false))))
  }
}

const isOnlyAtFirst = (states: readonly AddressState[], address: string): boolean => {
  const [there, ...elsewhere] = states.map(({ has }) => has.includes(address))
  return there === true && !elsewhere.some(Boolean)
}

/** Looks until all is as it should be. Errors: `address.failed`, with the words that are given. */
const until = async (
  hosts: readonly HeldHost[],
  isSo: (states: readonly AddressState[]) => boolean | undefined,
  { host, message }: { readonly host: string; readonly message: string },
): Promise<void> => {
  for (const end = performance.now() + patience; ; await pause(pace)) {
    if (isSo(await Promise.all(hosts.map(async (each) => readState(await each.ask(stateScript)))))) return
    if (performance.now() >= end)
      throw new FettleError({
        ...{ code: 'address.failed', host, message },
        hint: 'journalctl -u keepalived on all of them says what they saw',
      })
  }
}
