import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startLoad } from './load.ts'
import type { Place } from './place.ts'
import { reportText } from './report.ts'

/** To be stopped by a signal it must be the process that was started: `node --import tsx cli.ts`, not `tsx cli.ts`. */
const usage = `Usage: cli.ts URL [--seconds N] [--json FILE] [--at ADDRESS --ca FILE]
Asks a shop in all ways at once, for N seconds or until SIGINT or SIGTERM, and says what came of it; into FILE all that
is known, ids of orders too. With --at it goes there whatever the name in the URL says, and trusts these authorities. Exit status: 0 none failed, 1 some failed, 64 wrong usage.
`

interface Wanted {
  readonly url: string
  readonly seconds: number
  readonly json: string | undefined
  readonly place: Place | undefined
}

/** Null where nobody can tell what is wanted. */
const parse = (): Wanted | null => {
  try {
    const options = {
      seconds: { type: 'string' },
      json: { type: 'string' },
      at: { type: 'string' },
      ca: { type: 'string' },
    } as const
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    const [url = '', ...more] = positionals
    const seconds = Number(values.seconds ?? Number.POSITIVE_INFINITY)
    const { json, at, ca } = values
    const isRight = URL.canParse(url) && more.length === 0 && seconds > 0 && (at === undefined) === (ca === undefined)
    const place = at !== undefined && ca !== undefined ? { address: at, ca: readFileSync(ca, 'utf8') } : undefined
    return isRight ? { url, seconds, json, place } : null
  } catch {
    return null
  }
}

/** Resolves after some seconds, or when this process is told to end; a second time it ends at once. */
const timeIsOver = (seconds: number): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (Number.isFinite(seconds)) setTimeout(resolve, seconds * 1000)
  })

const run = async ({ url, seconds, json, place }: Wanted): Promise<number> => {
  const load = startLoad({ url, ...(place && { place }) })
  await timeIsOver(seconds)
  const result = await load.stop()
  process.stdout.write(`${reportText(result)}\n`)
  if (json !== undefined) writeFileSync(json, JSON.stringify(result))
  return result.failed > 0 ? 1 : 0
}

const wanted = parse()
if (wanted) process.exit(await run(wanted))
process.stderr.write(usage)
process.exitCode = 64
