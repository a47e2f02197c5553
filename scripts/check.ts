import { structureFaults } from './check-structure.ts'

const faults = structureFaults()
for (const fault of faults) process.stderr.write(`${fault}\n`)
process.exitCode = faults.length > 0 ? 1 : 0
