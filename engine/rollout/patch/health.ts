import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { Health } from '../../core/health.ts'
import { command, quote } from '../../core/shell.ts'
import type { HeldHost } from '../held-host.ts'
import { judgeAnswer, probeScript } from '../rotation/probe.ts'

/** What is asked of a host to tell whether it is well. */
export interface Checkup {
  readonly held: HeldHost
  readonly checks: readonly Health[]
  /** Units that had failed before anything was done. */
  readonly failedBefore: readonly string[]
}

/** Seconds that a host may take to be well. */
const patience = 60

/** Milliseconds between two looks. */
const pace = 500

/** Looks in a row without a fault. */
const passes = 3

const failedScript = 'systemctl list-units --failed --plain --no-legend --no-pager | cut -d " " -f 1'

export const failedUnits = async (held: HeldHost): Promise<readonly string[]> =>
  (await held.ask(failedScript)).split('\n').filter((unit) => unit !== '')

/** A line for each fault. A port is not connected to: some servers count who comes and says nothing. */
const checkScript = (checks: readonly Health[]): string => `
unit() { state=$(systemctl is-active -- "$1") || echo "$1 is $state"; }
port() { [ -n "$(ss -Hltn "sport = :$1")" ] || echo "nothing listens on port $1"; }
${checks.flatMap((check) => ('unit' in check ? [command('unit', check.unit)] : 'tcp' in check ? [`port ${check.tcp}`] : [])).join('\n')}
:`

/** What is wrong with a host now. */
const faultsOf = async ({ held, checks, failedBefore }: Checkup): Promise<readonly string[]> => {
  const [said, failed, answers] = await Promise.all([
    held.ask(`(${checkScript(checks)})`),
    failedUnits(held),
    Promise.all(checks.map((check) => ('http' in check ? answerTo(held, check) : null))),
  ])
  const news = failed.filter((unit) => !failedBefore.includes(unit)).map((unit) => `${unit} has failed`)
  return [...said.split('\n').filter((line) => line !== ''), ...news, ...answers.filter((fault) => fault !== null)]
}

const answerTo = async (
  held: HeldHost,
  { http, status }: Extract<Health, { http: string }>,
): Promise<string | null> => {
  const { protocol, hostname, port, pathname } = new URL(http)
  const health = { path: pathname, host: hostname, status, release: null, passes, within: patience }
  const isTls = protocol === 'https:'
  const at = { address: hostname, port: Number(port || (isTls ? 443 : 80)), ...(isTls && { tls: held.name }) }
  const asked = { ...at, health, release: '' }
  const fault = judgeAnswer(await held.ask(probeScript(asked)), asked)
  return fault && `${http}: ${fault}`
}

/** Errors: `instance.unhealthy` with every fault of the last look. */
export const untilHealthy = async (checkup: Checkup): Promise<void> => {
  const end = performance.now() + patience * 1000
  for (let good = 0; ; ) {
    const faults = await faultsOf(checkup)
    good = faults.length === 0 ? good + 1 : 0
    if (good >= passes) return
    if (faults.length > 0 && performance.now() >= end)
      throw await unhealthy(checkup, `it was not well after ${patience} s`, faults)
    await pause(pace)
  }
}

/** Errors: `instance.unhealthy` with the first fault. */
export const stayHealthy = async (checkup: Checkup, seconds: number): Promise<void> => {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    await pause(Math.min(pace, Math.max(0, end - performance.now())))
    const faults = await faultsOf(checkup)
    if (faults.length > 0) throw await unhealthy(checkup, 'it did not stay well', faults)
  }
}

const unhealthy = async ({ held }: Checkup, message: string, faults: readonly string[]): Promise<FettleError> => {
  const units = faults.flatMap((fault) => /^(\S+) (?:has|is) failed/.exec(fault)?.[1] ?? [])
  const words = await Promise.all(
    units
      .slice(0, 3)
      .map((unit) => held.ask(`journalctl --no-pager --quiet --lines 10 --output cat --unit ${quote(unit)}`)),
  )
  return new FettleError({
    code: 'instance.unhealthy',
    host: held.name,
    message,
    detail: [...faults, ...words.map((said) => said.trimEnd())].filter((line) => line !== '').join('\n'),
  })
}
