import type { AddressStatus } from '../../engine/rollout/addresses/status.ts'
import type { Seat } from '../../engine/rollout/rotation/haproxy.ts'
import type { View } from '../../engine/rollout/rotation/rotation.ts'
import { alignedText } from './aligned.ts'
import type { Look } from './look.ts'
import { visibleLine } from './visible.ts'

/** How balancers are. */
export interface BalancersStatus {
  readonly addresses: readonly AddressStatus[]
  readonly views: readonly View[]
  /** Why those are not asked that cannot say how they see their servers, in words. */
  readonly out: readonly string[]
}

/** Addresses, what is wrong with them, and a table for each backend, for people. */
export const balancersText = ({ addresses, views, out }: BalancersStatus, look: Look): string => {
  const troubles = [...out, ...addresses.flatMap((address) => address.troubles)]
  const backends = [...new Set(views.flatMap(({ seats }) => seats.map(({ backend }) => backend)))]
  return [
    alignedText(addresses.map(addressRow), look),
    troubles.map((trouble) => `  ! ${visibleLine(trouble)}`).join('\n'),
    ...backends.map((backend) => alignedText(backendRows(backend, views), look)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const addressRow = ({ name, address, members }: AddressStatus): readonly string[] => [
  name,
  address,
  ...members.map(({ host, standing }) => `${host}: ${standing}`),
]

/** Its servers, and what each balancer says of them. */
const backendRows = (backend: string, views: readonly View[]): readonly (readonly string[])[] => {
  const of = ({ seats }: View, server?: string) =>
    seats.filter((seat) => seat.backend === backend && (server === undefined || seat.server === server))
  const servers = new Set(views.flatMap((view) => of(view).map(({ server }) => server)))
  return [
    [backend, ...views.map(({ balancer }) => balancer)],
    ...[...servers].map((server) => [server, ...views.map((view) => seatText(of(view, server)))]),
  ]
}

/** Of the process that takes connections, and what those before it still have to answer. */
const seatText = (seats: readonly Seat[]): string => {
  const now = seats.find(({ current }) => current)
  if (!now) return 'unknown'
  const old = seats.filter(({ current }) => !current).reduce((sum, seat) => sum + seat.busy, 0)
  const check =
    now.status.startsWith('UP') || now.check === '' ? '' : ` (${[now.check, now.why].filter(Boolean).join(': ')})`
  return visibleLine(`${now.status}${check}, ${now.busy} busy${old > 0 ? ` and ${old} of before a reload` : ''}`)
}
