import { noteBack, noteOut } from '../converge/state/rotation.ts'
import { FettleError } from '../core/error.ts'
import type { Emit } from '../core/event.ts'
import { type Place, planWaves, type Wave } from './deploy/waves.ts'
import type { Interruptions, Worked } from './in-rotation.ts'
import { anyRelease, probeUntilHealthy, questionOf } from './rotation/probe.ts'
import { isUp } from './rotation/rotation.ts'

/** The hosts whose instances restart, in waves. Where none can be spared, that is said, and they restart all the same. */
export const turnWaves = async (interruptions: Interruptions, emit: Emit): Promise<readonly Wave[]> => {
  const { batch, minHealthy } = interruptions.rules
  const places = await placesOf(interruptions)
  try {
    return planWaves(places, { batch, minHealthy, canary: true })
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    emit({ type: 'warning', message: `requests will fail while instances restart: ${error.message}` })
    return planWaves(places, { batch, minHealthy: null, canary: true })
  }
}

const placesOf = ({ all, instances, rotation }: Interruptions): Promise<Place[]> =>
  Promise.all(
    all.map(async ({ host: { name }, instance: { port } }) => {
      const views = await rotation.look([{ host: name, port }])
      const serving = views.every(({ seats }) => seats.filter(({ current }) => current).every(isUp))
      const pending = instances.get(name)?.some((each) => each.port === port) ?? false
      return { host: name, port, serving, pending }
    }),
  )

/**
 * Lets instances of a host restart, group by group: out of rotation, restarted by `pay`, probed, and back. What has been
 * taken out is noted on the host, so that the next run puts it back whatever becomes of this one.
 */
export const takeTurns = async (
  { name, host }: Worked,
  groups: readonly (readonly number[])[],
  { instances, all, rotation, rules }: Interruptions,
  pay: (units: readonly string[]) => Promise<void>,
): Promise<void> => {
  const own = instances.get(name) ?? []
  const address = all.find((each) => each.host.name === name)?.host.address ?? ''
  for (const ports of groups) {
    const group = own.filter(({ port }) => ports.includes(port))
    const seated = ports.map((port) => ({ host: name, port }))
    await host.tell(noteOut(ports))
    await rotation.drain(seated, rules.drain)
    await pay(group.map(({ unit }) => unit))
    const asked = group.map((instance) => anyRelease(questionOf({ name, address }, instance, '')))
    await Promise.all(asked.map((question) => probeUntilHealthy(rotation.askers(seated), question)))
    await rotation.admit(seated)
  }
  await host.tell(noteBack)
}
