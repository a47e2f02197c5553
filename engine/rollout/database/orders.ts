import { bracketed } from '../../core/addresses.ts'
import { databaseState, type Epoch, type Flavor } from '../../core/database.ts'
import { client } from '../../core/database-client.ts'
import { FettleError } from '../../core/error.ts'
import { command, quote } from '../../core/shell.ts'
import { type Cluster, type ClusterHost, heldOf, hostNamed } from './cluster.ts'
import { dialects, positions, type Source } from './dialect.ts'
import { type Answering, answers, type Member } from './member.ts'

/** A host of a cluster with a server that answers, and what it is told: each order is a step, under the lease. */
export interface Ordered {
  readonly host: ClusterHost
  readonly member: Answering
}

/** Errors: `database.failed` where its server does not answer. */
export const ordered = (cluster: Cluster, members: readonly Member[], name: string): Ordered => {
  const member = members.find((each) => each.name === name)
  if (member && answers(member)) return { host: hostNamed(cluster, name), member }
  throw new FettleError({ code: 'database.failed', host: name, message: `the server of ${name} does not answer` })
}

/** How `follower` comes to a server. */
export const sourceOf = (
  { host: { address, said } }: Ordered,
  { host: follower }: Ordered,
  demoted: boolean,
): Source => ({
  address,
  port: said.port,
  user: said.replication.user,
  tls: follower.said.tls,
  demoted,
})

const flavorOf = ({ member }: Ordered): Flavor => member.seen.server.flavor

const tell = ({ host }: Ordered, title: string, sql: string): Promise<void> =>
  heldOf(host).step(title, `${client}\nprintf '%s\\n' ${quote(sql)} | sql`)

const answerTo = async ({ host }: Ordered, sql: string): Promise<string> =>
  (await heldOf(host).ask(`${client}\nprintf '%s\\n' ${quote(sql)} | sql`)).trim()

/**
 * A server of MySQL whose commits wait for a replica that comes no more cannot be closed: killed, it starts closed, and nobody
 * was told of what it had not sent.
 */
const startClosed = 'systemctl kill --signal=KILL "$unit" && systemctl restart "$unit" && exit'

/**
 * No transaction commits any more once this is done; whoever is connected has to connect anew. `at any price`: where it is
 * not to take writes, whatever it is doing.
 */
export const close = async (server: Ordered, how: 'if it can be' | 'at any price' = 'if it can be'): Promise<void> => {
  const { close: order, sessions } = dialects[flavorOf(server)]
  const body = `${client}
cut() { printf '%s\\n' ${quote(sessions)} | sql | sql --force 2>/dev/null || :; }
for try in 1 2 3 4 5; do
  # Cut while it is being closed: whoever comes anew has to wait for that.
  [ "$try" = 1 ] || { sleep 0.3; cut; } &
  if said=$(printf '%s\\n' ${quote(order)} | sql 2>&1); then
    cut
    exit 0
  fi
  # A transaction that is open, or a table that somebody has locked, keeps it from that.
  cut
done
${how === 'at any price' ? startClosed : ''}
printf '%s\\n' "$said" >&2
exit 1`
  await heldOf(server.host).step(`close ${server.host.name} to writes`, `(${body})`)
}

export const open = (server: Ordered): Promise<void> =>
  tell(server, `open ${server.host.name} for writes`, dialects[flavorOf(server)].open(server.member.semiSync))

export const start = (server: Ordered): Promise<void> =>
  tell(server, 'start replication', dialects[flavorOf(server)].start)

/** A server that is trying to come to another one hears nothing for seconds, unless its tries end. */
export const stopReceiving = async (server: Ordered): Promise<void> => {
  const { source } = server.member.seen.server
  const tries = source
    ? command('ss', '-t', '-K', 'dst', bracketed(source.address), 'dport', '=', `${source.port}`)
    : ':'
  const body = `${client}
printf '%s\\n' ${quote(dialects[flavorOf(server)].stopReceiving)} | sql &
while kill -0 $! 2>/dev/null; do
  sleep 0.2
  ${tries} >/dev/null 2>&1 || :
done
wait $!`
  await heldOf(server.host).step('stop receiving', `(${body})`)
}

/** Follows nobody from now on. What was received must have been applied before. */
export const forget = (server: Ordered): Promise<void> =>
  tell(server, 'stop replication', dialects[flavorOf(server)].forget)

export const follow = async (server: Ordered, source: Source, name: string): Promise<void> => {
  const [before = '', after = ''] = dialects[flavorOf(server)].follow(source).split('$password')
  const file = `${databaseState(server.host.said.cluster)}/replication`
  const body = `${client}
password=$(cat ${file}) || exit
printf '%s%s%s\\n' ${quote(before)} "$password" ${quote(after)} | sql`
  await heldOf(server.host).step(`follow ${name}`, `(${body})`)
}

export const positionOf = (server: Ordered): Promise<string> =>
  answerTo(server, `SELECT ${positions[flavorOf(server)]};`)

/** Waits some seconds at most until a server has applied as much; whether it has. */
export const isAsFar = async (server: Ordered, position: string, seconds: number): Promise<boolean> =>
  position === '' || (await answerTo(server, dialects[flavorOf(server)].reach(position, seconds))) === '0'

/** Waits until a server is as far as another one was. Errors: `database.failed` where it takes longer, in seconds. */
export const reach = async (server: Ordered, position: string, seconds: number): Promise<void> => {
  const { name } = server.host
  await heldOf(server.host).during(`wait until ${name} has everything`, async () => {
    if (await isAsFar(server, position, seconds)) return
    throw new FettleError({
      code: 'database.failed',
      host: name,
      message: `${name} was not as far as the writer after ${seconds} s`,
      detail: `it waited for ${position}`,
    })
  })
}

/** From here on this host knows who the writer is. */
export const mark = (host: ClusterHost, { number, writer }: Epoch): Promise<void> => {
  const folder = databaseState(host.said.cluster)
  return heldOf(host).step(
    `note that ${writer} is the writer`,
    `mkdir -p ${folder} && echo ${quote(`${number} ${writer}`)} >${folder}/epoch~ &&
  chmod 0644 ${folder}/epoch~ && sync ${folder}/epoch~ && mv -f ${folder}/epoch~ ${folder}/epoch && sync ${folder}`,
  )
}
