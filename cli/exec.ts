import { FettleError } from '../engine/core/error.ts'
import type { HostOutcome } from '../engine/core/event.ts'
import { groupBy } from '../engine/core/group-by.ts'
import type { Outcome } from '../engine/core/ports.ts'
import { command as commandLine } from '../engine/core/shell.ts'
import { eachHost, type HostAnswer } from './each-host.ts'
import { exitCodeOf } from './exit-codes.ts'
import { jsonLine } from './json-line.ts'
import type { HostOptions } from './options.ts'
import { showProblem } from './output.ts'
import { compressNames } from './render/names.ts'
import { visibleText } from './render/visible.ts'
import { say, write } from './write.ts'

type Answer = HostAnswer<Outcome>

/** Runs one command on many hosts; hosts that answer alike are shown together. One word is taken as a shell script. */
export const exec = async (words: readonly string[], options: HostOptions & { timeout?: number }): Promise<void> => {
  if (!process.argv.includes('--')) refuseLate(words.slice(1))
  const script = words.length === 1 ? (words[0] ?? '') : commandLine(...words)
  const { timeout, json } = options
  const answers = await eachHost<Outcome>(
    options,
    (session, signal) => session.run(script, { signal, ...(timeout && { timeout: timeout * 1000 }) }),
    (answer) => json && write(jsonLine(inJson(answer))),
  )
  if (!json) await show(answers)
  process.exitCode = exitCodeOf(answers.map(outcomeOf))
}

const inJson = (answer: Answer) =>
  'value' in answer ? { host: answer.host, outcome: answer.value } : { host: answer.host, problem: answer.problem }

const outcomeOf = (answer: Answer): HostOutcome => {
  if ('problem' in answer) return answer.outcome
  return answer.value.exit === 0 ? 'unchanged' : 'failed'
}

/** Behind the command they would be the command's, and the hosts all of the inventory's. */
const refuseLate = (words: readonly string[]): void => {
  const late = words.find((word) => /^(?:-[li]|--(?:limit|inventory)(?:=.*)?)$/.test(word))
  if (late === undefined) return
  throw new FettleError({
    code: 'usage',
    message: `${late} stands behind the command`,
    hint: `options of Fettle stand before it; where ${late} is the command's, write -- before the command`,
  })
}

const show = async (answers: readonly Answer[]): Promise<void> => {
  const alike = groupBy(answers, (answer) =>
    'value' in answer
      ? JSON.stringify([answer.value.exit, answer.value.stdout, answer.value.stderr])
      : JSON.stringify([answer.problem.code, answer.problem.message]),
  )
  for (const group of alike.values()) {
    const [first] = group
    if (!first) continue
    if ('problem' in first) {
      await showProblem(new FettleError(first.problem))
      continue
    }
    const { exit, stdout, stderr } = first.value
    write(`== ${compressNames(group.map(({ host }) => host))}${exit === 0 ? '' : `: exit status ${exit}`}`)
    if (stdout) write(process.stdout.isTTY ? visibleText(stdout) : stdout)
    if (stderr) say(process.stderr.isTTY ? visibleText(stderr) : stderr)
  }
}
