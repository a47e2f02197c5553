import { FettleError } from '../../core/error.ts'
import type { Session } from '../../core/ports.ts'
import type { Claim, Lease } from './lease.ts'
import { type Answer, pulse, readAnswer, releaseScript, takeScript, underLease } from './lease-scripts.ts'

/** A lease that is kept alive for as long as this process and its connection are. */
export interface Hold {
  readonly lease: Lease
  /** Gives it back. Where the connection has gone, the next owner takes it over. */
  release(): Promise<void>
}

/** Asks a host for the right to change it. Errors: `step.failed` where it can keep no record. */
export const take = async (session: Session, claim: Claim): Promise<Answer> => {
  const { exit, stdout, stderr } = await session.run(takeScript(claim))
  if (exit === 0) return readAnswer(stdout, claim)
  throw new FettleError({
    code: 'step.failed',
    message: 'the host could not be taken for this run',
    detail: stderr.trim(),
    hint: 'its disk may be full, or a step of an earlier run still runs there',
  })
}

/** Gives signs of life while nothing else runs there. */
export const hold = (session: Session, lease: Lease): Hold => {
  const beat = () => void session.run(underLease(lease)).catch(() => undefined)
  const timer = setInterval(beat, pulse)
  timer.unref()
  return {
    lease,
    release: async () => {
      clearInterval(timer)
      await session.run(releaseScript(lease)).catch(() => undefined)
    },
  }
}
