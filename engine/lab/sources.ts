import { readFile } from 'node:fs/promises'
import { FettleError } from '../core/error.ts'
import { run } from './run.ts'

/** Where packages come from: this machine's own mirrors and proxies, so that what the user has set up keeps working. */
export interface PackageSources {
  /** Lines of a sources.list. */
  readonly lines: readonly string[]
  /** Settings for apt about proxies and release files out of date. */
  readonly aptSettings: readonly string[]
  /** What a host must be able to reach. */
  readonly urls: readonly string[]
}

/** One line of `apt-get indextargets`: mirror, suite as written, and code name as published. */
export interface IndexTarget {
  readonly site: string
  readonly suite: string
  readonly codename: string
}

export const readIndexTargets = (output: string): IndexTarget[] =>
  output
    .split('\n')
    .map((line) => line.split('|'))
    .filter((fields) => fields.length === 3)
    .map(([site = '', suite = '', codename = '']) => ({ site, suite, codename: codename || suite }))

/**
 * The sources.list lines that give `release` from the mirrors that give this machine its own.
 * sid has neither updates nor a security archive.
 */
export const sourceLines = (targets: readonly IndexTarget[], machine: string, release: string): string[] => {
  const suffixes = release === 'sid' ? [''] : ['', '-updates', '-security']
  const lines = suffixes.flatMap((suffix) =>
    targets
      .filter(({ codename }) => codename === machine + suffix)
      .map(({ site }) => `deb ${site} ${release}${suffix} main`),
  )
  return [...new Set(lines)]
}

/** Proxies and validity of release files, from `apt-config dump`. sid's release file may be past its date. */
export const aptSettings = (dump: string, release: string): string[] => {
  const own = dump
    .split('\n')
    .filter((line) => /^Acquire::(https?::.*Proxy|Check-Valid-Until|Check-Date)\b/i.test(line))
  return release === 'sid' ? [...own, 'Acquire::Check-Valid-Until "false";'] : own
}

const proxies = (settings: readonly string[]): string[] =>
  settings.flatMap((line) => /"(https?:\/\/[^"]+)"/.exec(line)?.[1] ?? [])

/** Errors: `lab.failed` when this machine's sources are not Debian's. */
export const packageSources = async (release: string, signal: AbortSignal | undefined): Promise<PackageSources> => {
  const [targets, dump, osRelease] = await Promise.all([
    run(['apt-get', 'indextargets', '--format', '$(SITE)|$(RELEASE)|$(CODENAME)', 'Created-By: Packages'], { signal }),
    run(['apt-config', 'dump'], { signal }),
    readFile('/etc/os-release', 'utf8'),
  ])
  const machine = /^VERSION_CODENAME=(.*)$/m.exec(osRelease)?.[1] ?? 'sid'
  const lines = sourceLines(readIndexTargets(targets), machine, release)
  if (lines.length === 0 || !/^ID=debian$/m.test(osRelease))
    throw new FettleError({
      code: 'lab.failed',
      message: `this machine's apt sources do not lead to Debian ${release}`,
      hint: 'practice hosts need a Debian machine whose own apt sources work',
    })
  const settings = aptSettings(dump, release)
  const sites = lines.map((line) => line.split(' ')[1] ?? '')
  return { lines, aptSettings: settings, urls: [...sites, ...proxies(settings)] }
}
