import { z } from 'zod'
import { FettleError } from '../../core/error.ts'
import { letsencryptPrograms } from '../../core/public-certificate.ts'
import { quote } from '../../core/shell.ts'

const seconds = z.number().transform((since) => new Date(since * 1000))

const State = z
  .object({
    name: z.string(),
    found: z
      .object({
        names: z.array(z.string()),
        issuer: z.string(),
        serial: z.string(),
        from: seconds,
        until: seconds,
        placeholder: z.boolean(),
      })
      .nullable(),
    shown: z.string().nullable(),
    renews: seconds,
    failures: z.number().nullish().default(0),
    problem: z.string().nullish().default(null),
    next: seconds.nullish().default(null),
  })
  .readonly()

/** How a certificate of a host is: what lies on its disk, and what it shows. */
export type CertificateState = z.output<typeof State>

/** Shell that tells it. */
export const stateScript = `${letsencryptPrograms}/renew --status`

/** Shell that renews certificates now, due or not; no names for all of them. */
export const renewScript = (names: readonly string[]): string =>
  `${letsencryptPrograms}/renew --now ${names.map(quote).join(' ')}`

/** Pure. Errors: `step.failed` where it is something else. */
export const readStates = (host: string, said: string): readonly CertificateState[] => {
  try {
    return said
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => State.parse(JSON.parse(line)))
  } catch (error) {
    const message = 'what it says of its certificates cannot be read'
    throw new FettleError({ code: 'step.failed', host, message, hint: 'fettle provision places its programs' }, error)
  }
}
