import { take } from '../../../../engine/converge/state/hold.ts'
import type { Claim, Lease } from '../../../../engine/converge/state/lease.ts'
import type { Session } from '../../../../engine/core/ports.ts'

export const claimOf = (who: string): Claim => ({
  ...{ owner: `run-of-${who}`, who: `${who}@laptop`, command: 'provision', since: '2026-01-01T00:00:00Z' },
})

/** The right to change a host that nobody else wants to change. */
export const leaseOf = async (session: Session, who = 'ada'): Promise<Lease> => {
  const answer = await take(session, claimOf(who))
  if (answer.type === 'held') throw new Error(`${answer.holder.who} has the host`)
  return answer.lease
}
