import { z } from 'zod'
import { FettleError } from '../../core/error.ts'

/** Asks the host's own Alertmanager, which listens to nobody else. */
export const alertsScript = 'amtool --alertmanager.url=http://127.0.0.1:9093 --output=json alert query'

/** Something that is not as it should be. */
export interface FiringAlert {
  readonly name: string
  readonly severity: string
  /** What it is about, where it is about one host. */
  readonly host: string | null
  readonly says: string
  readonly hint: string
  readonly since: Date
}

const Answer = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: z.iso.datetime({ offset: true }),
  }),
)

/** The worst first, then the oldest. Errors: `fact.failed`. */
export const readAlerts = (host: string, stdout: string): readonly FiringAlert[] =>
  parsed(host, stdout)
    .map(({ labels, annotations, startsAt }) => ({
      name: labels.alertname ?? '',
      severity: labels.severity ?? '',
      host: labels.host ?? null,
      says: annotations.summary ?? '',
      hint: annotations.hint ?? '',
      since: new Date(startsAt),
    }))
    .sort((one, other) => rank(one) - rank(other) || one.since.getTime() - other.since.getTime())

const rank = ({ severity }: FiringAlert): number => (severity === 'critical' ? 0 : 1)

const parsed = (host: string, stdout: string): z.output<typeof Answer> => {
  try {
    return Answer.parse(JSON.parse(stdout))
  } catch (error) {
    const message = `${host} did not say which alerts there are`
    throw new FettleError({ code: 'fact.failed', message, detail: stdout.slice(0, 500) }, error)
  }
}
