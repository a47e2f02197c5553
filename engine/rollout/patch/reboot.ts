import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { HeldHost } from '../held-host.ts'
import { refuseIfAborted } from './interrupted.ts'
import type { Patching } from './patching.ts'

type Rebooting = Pick<Patching, 'claim' | 'signal'>

/** Seconds: big machines look at all their memory first. */
const patience = 900

/** Milliseconds between two tries to come in. */
const pace = 1000

/** A moment later and by itself, so that this step ends before the connection does. */
const rebootScript = 'systemd-run --quiet --collect --on-active=1 --timer-property=AccuracySec=100ms systemctl reboot'

/** Units that start with the machine have started by then, or failed to. */
const settled = 'timeout 120 systemctl is-system-running --wait >/dev/null 2>&1 || :'

/**
 * Reboots a host, and waits until it lets us in with another boot. It is held by the same claim then. Errors:
 * `host.unreachable` where that takes too long, `cancelled`.
 */
export const reboot = async (held: HeldHost, rebooting: Rebooting): Promise<void> => {
  const before = await bootOf(held)
  await held.step('reboot', rebootScript)
  await held.during('wait until it has booted', async () => {
    await untilBack(held, rebooting, before)
    await held.ask(settled)
  })
}

const bootOf = async (held: HeldHost): Promise<string> => (await held.ask('cat /proc/sys/kernel/random/boot_id')).trim()

const untilBack = async (held: HeldHost, rebooting: Rebooting, before: string): Promise<void> => {
  for (const end = performance.now() + patience * 1000; ; ) {
    await pause(pace)
    refuseIfAborted(rebooting.signal, held.name)
    const last = await bootAnew(held, rebooting)
    if (typeof last === 'string' && last !== before) return
    if (performance.now() >= end) throw notBack(held.name, last)
  }
}

/** Why it could not be had, where it could not. Errors: `lease.held`. */
const bootAnew = async (held: HeldHost, { claim }: Rebooting): Promise<string | FettleError> => {
  try {
    await held.revive(claim)
    return await bootOf(held)
  } catch (error) {
    if (error instanceof FettleError && error.code !== 'lease.held') return error
    throw error
  }
}

const notBack = (host: string, last: string | FettleError): FettleError =>
  new FettleError({
    code: 'host.unreachable',
    host,
    message: `it was not back ${patience / 60} minutes after it was told to reboot`,
    detail: typeof last === 'string' ? 'it lets us in, and has not rebooted' : last.message,
    hint: 'look at its console',
  })
