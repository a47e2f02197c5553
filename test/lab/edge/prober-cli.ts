import { readFileSync } from 'node:fs'
import { startProbing } from './prober.ts'

/** Usage: prober-cli.ts URL ADDRESS CA-FILE. Asks over and over until SIGTERM, and says for how long nobody answered. */
const [, , url = '', address = '', ca = ''] = process.argv
const probing = startProbing(url, { address, ca: readFileSync(ca, 'utf8') })
process.once('SIGTERM', async () => {
  const { asked, failed, gap } = await probing.stop()
  process.stdout.write(`${asked} questions, ${failed} without an answer; the longest time without one: ${gap} ms\n`)
})
