import type { CertificateStatus } from '../../engine/rollout/certificates/status.ts'
import { alignedText } from './aligned.ts'
import type { Look } from './look.ts'
import { visibleLine } from './visible.ts'

/** A line for each certificate of each host, and what is wrong with them, for people. */
export const certsText = (all: readonly CertificateStatus[], now: Date, look: Look): string => {
  const troubles = all.flatMap(({ host, troubles }) =>
    troubles.map((trouble) => `  ! ${host}: ${visibleLine(trouble)}`),
  )
  const rows = all.map((each) => [
    each.name,
    each.host,
    each.issuer === null ? 'not issued yet' : visibleLine(each.issuer),
    each.serial?.slice(-8).toLowerCase() ?? '',
    each.expires ? `${span(now, each.expires)} left` : '',
    each.renewed ? (each.renewed > now ? `renewed in ${span(now, each.renewed)}` : 'due') : '',
    each.names.join(', '),
  ])
  return [alignedText(rows, look), troubles.join('\n')].filter((part) => part !== '').join('\n\n')
}

/** In the greatest unit of which there are two at least. */
const span = (from: Date, to: Date): string => {
  const seconds = Math.max(0, (to.getTime() - from.getTime()) / 1000)
  const units = [
    [86_400, 'days'],
    [3600, 'h'],
    [60, 'min'],
  ] as const
  const [size, unit] = units.find(([size]) => seconds >= 2 * size) ?? [1, 's']
  return `${Math.floor(seconds / size)} ${unit}`
}
