import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { firstRun, laterRuns } from './few-hosts.ts'
import { inMemory } from './in-memory.ts'
import { manyHosts } from './many-hosts.ts'
import { atMost, compete, type Row, seconds } from './measure.ts'
import { type Login, root, runFettle, startHosts } from './site.ts'
import { transfer } from './transfer.ts'

const startUp = async (): Promise<Row[]> => {
  const [bare = 0, list = 0] = await compete(30, [
    () => seconds(process.execPath, ['-e', '0']),
    () => runFettle('inventory', '--list'),
  ])
  return [atMost('fettle inventory --list', 'node -e 0', bare, list, 2)]
}

const cases: Readonly<Record<string, (logins: readonly Login[]) => Promise<Row[]>>> = {
  start: startUp,
  first: firstRun,
  later: laterRuns,
  transfer,
  many: manyHosts,
  memory: inMemory,
}

const line = ({ what, baseline, fettle, ratio, goal, met }: Row): string =>
  `| ${what} | ${baseline} | ${fettle} | ${ratio} | ${goal} | ${met === null ? '' : met ? 'yes' : '**no**'} |`

const results = (rows: readonly Row[]): string => {
  const processor = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? ''
  return `# Measurements

${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors (${processor}), Linux ${release().split('-')[0]}, Node ${process.version}.
Made by \`npm run bench\`; medians, the compared commands in turn. Six practice hosts share these processors with Fettle.
All of them see \`PATH\`, \`HOME\` and \`LANG\`, and nothing else of the environment.
The workload is \`bench/site\` (Fettle) and \`bench/ansible\` (the same with ansible-core).

| | compared with | Fettle | ratio | goal | met |
|---|---|---|---|---|---|
${rows.map(line).join('\n')}
`
}

const wanted = process.argv.slice(2)
const logins = await startHosts()
const rows: Row[] = []
for (const [name, measure] of Object.entries(cases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stderr.write(`measuring: ${name}\n`)
  const found = await measure(logins)
  for (const row of found) process.stderr.write(`${line(row)}\n`)
  rows.push(...found)
}
if (wanted.length === 0) writeFileSync(`${root}/bench/RESULTS.md`, results(rows))
