import PQueue from 'p-queue'
import { FettleError } from '../engine/core/error.ts'
import type { HostView } from '../engine/core/host.ts'
import type { Session } from '../engine/core/ports.ts'
import { findingText, type Verified, verifyReach } from '../engine/rollout/reach/verify.ts'
import type { Source, Walled } from '../engine/rollout/reach/walled.ts'
import { compressNames } from './render/names.ts'
import { say, write } from './write.ts'

interface Verifying {
  readonly walled: readonly Walled[]
  /** Where connections may begin, besides here. */
  readonly hosts: readonly HostView[]
  readonly open: (name: string) => Promise<Session>
  readonly forks: number
}

/** Connects to hosts, and tries from there and from here what may and may not be reached. */
export const verifyFirewalls = async ({ walled, hosts, open, forks }: Verifying): Promise<Verified> => {
  if (walled.length === 0) return { tried: 0, findings: [], skipped: [] }
  const queue = new PQueue({ concurrency: forks })
  const sessions = new Map<string, Session>()
  const skipped: string[] = []
  const enter = async (name: string) => {
    try {
      sessions.set(name, await open(name))
    } catch (error) {
      if (!(error instanceof FettleError)) throw error
      skipped.push(`whatever begins at ${name}: ${error.message}`)
    }
  }
  try {
    await Promise.all(hosts.map(({ name }) => queue.add(() => enter(name))))
    const sources: readonly Source[] = [null, ...hosts.filter(({ name }) => sessions.has(name))]
    const verified = await verifyReach(walled, sources, sessions)
    return { ...verified, skipped: [...skipped, ...verified.skipped] }
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.close()))
  }
}

/** Findings are output, what was left out is said aside. */
export const sayVerified = async ({ tried, findings, skipped }: Verified, walled: readonly Walled[]): Promise<void> => {
  for (const line of skipped) say(`not tried: ${line}`)
  for (const finding of findings) write(findingText(finding))
  const names = compressNames(walled.map(({ host }) => host.name))
  if (walled.length === 0) write('no host here has a firewall')
  else if (findings.length === 0) write(`${names}: ${tried} connections came out as described`)
}
