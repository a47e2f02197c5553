import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { HeldHost } from '../held-host.ts'
import { keepAwayScript, readState, stateScript } from './state.ts'
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
  try {
    await Promise.all(others.map((host) => host.step(`give ${name} away`, keepAwayScript(name, true))))
    await target.during(`wait until ${name} is there`, () => arrived(target, others, { name, address }))
  } finally {
    const free = others.filter((host) => host.name !== stays)
    await Promise.all(free.map((host) => host.step(`stand by for ${name} again`, keepAwayScript(name, false))))
  }
}

const arrived = async (
  target: HeldHost,
  others: readonly HeldHost[],
  { name, address }: Pick<Move, 'name' | 'address'>,
): Promise<void> => {
  const end = performance.now() + patience
  const has = async (host: HeldHost) => readState(await host.ask(stateScript)).has.includes(address)
  for (;;) {
    const [there, ...elsewhere] = await Promise.all([target, ...others].map(has))
    if (there && !elsewhere.some(Boolean)) return
    if (performance.now() < end) await pause(pace)
    else
      throw new FettleError({
        code: 'address.failed',
        host: target.name,
        message: there ? `another host has ${name} besides ${target.name}` : `${name} did not arrive at ${target.name}`,
        hint: 'journalctl -u keepalived on both says what they saw',
      })
  }
}
