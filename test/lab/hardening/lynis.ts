import { readFile } from 'node:fs/promises'
import { quote } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../harness.ts'
import { does } from '../support/does.ts'

/** What Lynis says about a host. */
export interface Findings {
  readonly index: number
  /** Tests, each as often as it was said. */
  readonly warnings: readonly string[]
  readonly suggestions: readonly string[]
}

const install =
  'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install lynis >&2'

/** Installs and runs it; a profile may leave tests out. */
export const lynis = async (host: PracticeHost, profile = ''): Promise<Findings> => {
  const report = await does(
    host,
    `${install}
printf %s ${quote(profile)} >/etc/lynis/custom.prf
lynis audit system --quick --no-colors >/dev/null 2>&1
cat /var/log/lynis-report.dat`,
  )
  const of = (key: string) =>
    report.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))
  const testsOf = (key: string) => of(key).map((line) => line.split('|')[0] ?? '')
  return {
    index: Number(of('hardening_index')[0]),
    warnings: testsOf('warning[]'),
    suggestions: testsOf('suggestion[]'),
  }
}

/** Those that docs/hardening.md says nothing about. */
export const unexplainedIn = async ({ warnings, suggestions }: Findings): Promise<readonly string[]> => {
  const page = await readFile(new URL('../../../docs/hardening.md', import.meta.url), 'utf8')
  return [...new Set([...warnings, ...suggestions])].filter((id) => !page.includes(`\`${id}\``))
}

/** Prints a row of a table. */
export const tell = (name: string, { index, warnings, suggestions }: Findings): void => {
  const said = [...new Set(suggestions)].join(', ')
  process.stderr.write(`| ${name} | ${index} | ${warnings.join(', ') || 'none'} | ${said} |\n`)
}
