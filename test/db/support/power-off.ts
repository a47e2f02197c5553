import { powerOff } from '../../../engine/lab/index.ts'

/** Usage: power-off.ts STATE-DIR HOST. What a remote power switch is to a real host, this is to a practice host. */
const [stateDir = '', host = ''] = process.argv.slice(2)
await powerOff(host, { stateDir, say: (line) => process.stderr.write(`${line}\n`) })
