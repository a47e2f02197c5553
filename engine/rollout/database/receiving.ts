import { setTimeout as wait } from 'node:timers/promises'
import { type Cluster, hostNamed, lookAt } from './cluster.ts'
import { answers } from './member.ts'

/** Milliseconds in which a replica shows whether it is let in by the one that it follows. */
const patience = 10_000

/** What nobody mends by waiting, in the words of either server, and what does. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/access denied/i, 'fettle provision gives it the password anew'],
  [/certificate|\b(SSL|TLS)\b/i, 'fettle provision gives it its certificate and the authority anew'],
  [/equal MySQL server|same server.?id|server.?uuid/i, 'two servers have one number: say mysql.serverId'],
  [/purged|could not find first log|is not in the (master|source)'s binlog/i, 'fettle db reseed gives it a copy'],
]

/** Pure. Null where it may still come right by itself. */
export const remedyOf = (trouble: string): string | null =>
  remedies.find(([pattern]) => pattern.test(trouble))?.[1] ?? null

/** Waits until a server that was told to follow does receive. Resolves with why it does not. */
export const untilReceiving = async (cluster: Cluster, name: string): Promise<readonly string[]> => {
  const end = performance.now() + patience
  for (;;) {
    const [member] = await lookAt({ ...cluster, hosts: [hostNamed(cluster, name)] })
    const source = member && answers(member) ? member.seen.server.source : null
    if (source?.receiver === 'running') return []
    const trouble = source?.trouble || source?.receiver || 'its server does not answer'
    const remedy = remedyOf(trouble)
    if (remedy || performance.now() > end)
      return [`${name} does not receive: ${trouble}${remedy === null ? '' : ` (${remedy})`}`]
    await wait(200)
  }
}
