const counters = ['econ', 'eresp', 'wretr', 'wredis', 'hrsp_5xx'] as const

/**
 * Counters of `show stat` that stay where they are when nothing goes wrong: failed connections to a server, failed
 * answers, retries, requests sent to another server, answers of 5xx.
 */
export type TroubleCounter = (typeof counters)[number]

export type Troubles = Readonly<Partial<Record<TroubleCounter, number>>>

/** One line of `show stat`: a frontend, a backend or a server of it. */
export interface StatLine {
  /** `web/web1`, `web/BACKEND`, `http/FRONTEND`. */
  readonly name: string
  readonly status: string
  /** Requests that it has at the moment. */
  readonly busy: number
  /** Requests that it was given since its process began. */
  readonly total: number
  /** A counter that this kind of line does not have is not there. */
  readonly troubles: Troubles
}

/** A field may be quoted, with a quote in it doubled. */
const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare,
  )

const troublesIn = (values: ReadonlyMap<string, string>): Troubles =>
  Object.fromEntries(
    counters.flatMap((counter) => {
      const value = values.get(counter) ?? ''
      return value === '' ? [] : [[counter, Number(value)] as const]
    }),
  )

/** The lines of `show stat`, its columns by name. Throws where the text is something else. */
export const parseStats = (text: string): StatLine[] => {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  if (!head.startsWith('# pxname,svname,')) throw new Error(`this is no "show stat": ${head.slice(0, 80)}`)
  const names = fieldsOf(head.slice(2))
  return lines.map((line) => {
    const fields = fieldsOf(line)
    const values = new Map(names.map((name, index) => [name, fields[index] ?? '']))
    return {
      name: `${values.get('pxname')}/${values.get('svname')}`,
      status: values.get('status') ?? '',
      busy: Number(values.get('scur') ?? 0),
      total: Number(values.get('stot') ?? 0),
      troubles: troublesIn(values),
    }
  })
}

/**
 * What has gone wrong between two looks at one worker: by line, the counters that have risen, and by how much. A
 * counter that has fallen belongs to a fresh worker, so all of it has come since. What the old worker has counted after
 * the first look is not in it, and must be asked of that worker.
 */
export const troublesBetween = (before: readonly StatLine[], after: readonly StatLine[]): Record<string, Troubles> => {
  const earlier = new Map(before.map(({ name, troubles }) => [name, troubles]))
  const risen = ({ name, troubles }: StatLine): Troubles =>
    Object.fromEntries(
      counters.flatMap((counter) => {
        const now = troubles[counter] ?? 0
        const then = earlier.get(name)?.[counter] ?? 0
        const more = now < then ? now : now - then
        return more > 0 ? [[counter, more] as const] : []
      }),
    )
  return Object.fromEntries(
    after.map((line) => [line.name, risen(line)] as const).filter(([, troubles]) => Object.keys(troubles).length > 0),
  )
}
