import type { PublicCertificate } from '../../core/public-certificate.ts'
import type { CertificateState } from './state.ts'

/** How a certificate stands on one host. */
export interface CertificateStatus {
  readonly host: string
  readonly name: string
  readonly names: readonly string[]
  /** Null where it only has one of its own making, or none. */
  readonly issuer: string | null
  /** Hexadecimal, of the one on its disk. */
  readonly serial: string | null
  readonly expires: Date | null
  /** From when on the host renews it. */
  readonly renewed: Date | null
  /** What is not in order, in words. */
  readonly troubles: readonly string[]
}

/** Pure. Those that a host should have, as it says they are. */
export const certificatesOf = (
  host: string,
  wanted: readonly PublicCertificate[],
  states: readonly CertificateState[],
  now: Date,
): readonly CertificateStatus[] =>
  wanted.map(({ name, names }) => {
    const state = states.find((each) => each.name === name)
    const issued = state?.found && !state.found.placeholder ? state.found : null
    return {
      ...{ host, name, names },
      issuer: issued?.issuer ?? null,
      serial: issued?.serial ?? null,
      expires: issued?.until ?? null,
      renewed: issued ? (state?.renews ?? null) : null,
      troubles: state ? troublesOf({ name, names }, state, now) : [`${name} is not set up: fettle provision does`],
    }
  })

const troublesOf = ({ name, names }: PublicCertificate, state: CertificateState, now: Date): readonly string[] => {
  const { found, shown, problem, failures, next } = state
  if (!found) return [`${name} is not there at all`]
  const left = (found.until.getTime() - now.getTime()) / (found.until.getTime() - found.from.getTime())
  const isOther = !found.placeholder && !areSame(found.names, names)
  return [
    ...(found.placeholder ? [`${name} is still to be issued; until then browsers refuse what is shown`] : []),
    ...(isOther ? [`${name} is good for ${found.names.join(', ')}, and not yet for what the site says`] : []),
    ...(shown === null ? [`nobody shows ${name}`] : []),
    ...(shown !== null && shown !== found.serial
      ? [`${name} is shown as ${shown}, and lies there as ${found.serial}`]
      : []),
    ...(!found.placeholder && left <= 0 ? [`${name} has expired`] : []),
    ...(!found.placeholder && left > 0 && left < 1 / 3 ? [`${name} has less than a third of its life left`] : []),
    ...(problem === null ? [] : [`${name} is not renewed: ${problem} (${tries(failures)}${again(next)})`]),
  ]
}

const areSame = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort())

const tries = (failures: number | null): string => (failures === 1 ? 'once' : `${failures} times in a row`)

const again = (next: Date | null): string => (next ? `, again after ${next.toISOString().slice(0, 19)}Z` : '')
