import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startLoad } from './load.ts'
import { reportText } from './report.ts'

/** To be stopped by a signal it must be the process that was started: `node --import tsx cli.ts`, not `tsx cli.ts`. */
const usage = `Usage: cli.ts URL [--seconds N] [--json FILE]
Asks a shop in all ways at once, for N seconds or until SIGINT or SIGTERM, and says what came of it; into FILE all that
is known, ids of orders too. Exit status: 0 none failed, 1 some failed, 64 wrong usage.
`

interface Wanted {
  readonly url: string
  readonly seconds: number
  readonly json: string | undefined
}

/** Null where nobody can tell what is wanted. */
const parse = (): Wanted | null => {
  try {
    const options = { seconds: { type: 'string' }, json: { type: 'string' } } as const
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    const [url = '', ...more] = positionals
    const seconds = Number(values.seconds ?? Number.POSITIVE_INFINITY)
    return URL.canParse(url) && more.length === 0 && seconds > 0 ? { url, seconds, json: values.json } : null
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

const run = async ({ url, seconds, json }: Wanted): Promise<number> => {
  const load = startLoad({ url })
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
