import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Job, type JobProgress, runBatch } from '../../../engine/converge/perform/batch.ts'
import type { Lease } from '../../../engine/converge/state/lease.ts'
import type { ManifestLine } from '../../../engine/converge/state/manifest.ts'
import { FettleError, type Problem } from '../../../engine/core/error.ts'
import type { Session } from '../../../engine/core/ports.ts'
import { recording } from '../../../engine/transport/index.ts'
import { leaseOf } from './support/lease.ts'
import { createMachine, localTarget, type Machine } from './support/machine.ts'
import { quiet } from './support/quiet.ts'

let machine: Machine
let session: Session
let lease: Lease

beforeEach(async () => {
  machine = createMachine()
  session = await machine.connect(localTarget('here'))
  lease = await leaseOf(session)
})
afterEach(async () => {
  await session.close()
  machine.remove()
})

const own = (key: string): ManifestLine => ({ own: key, site: 's', role: 'r', origin: 'created', version: null })

/** A job that notes its name and what the manifest says by then, and does what it is told. */
const job = (title: string, body = ':', options: Partial<Job> = {}): Job => ({
  keys: [`file:/${title}`],
  title,
  intents: [own(`file:/${title}`)],
  body: () => `
grep -o 'file:/[a-z]*' /var/lib/fettle/manifest 2>/dev/null | tr '\\n' ' ' | sed 's/^/${title}: /; s/ $//' >>${machine.folder}/log
[ -e /var/lib/fettle/manifest ] || printf '${title}:' >>${machine.folder}/log
echo >>${machine.folder}/log
${body}`,
  ...options,
})

const judge = (title: string, verdict = ':') => ({
  ...job(title, '', { judges: true, keys: [], intents: [] }),
  body: (nonce: string) => `${job(title).body(nonce)}\necho '${nonce} judging' >&2\n${verdict}`,
})

const run = async (jobs: readonly Job[], over: Session = session) => {
  const told: string[] = []
  let problem: Problem | undefined
  const progress: JobProgress = {
    intended: ({ title }) => told.push(`intended ${title}`),
    begun: (begun) => told.push(`begun ${begun.map(({ title }) => title).join(' ')}`),
    done: ({ title }, duration) => told.push(`done ${title}${duration >= 0 ? '' : ' before it began'}`),
    failed: ({ title }, why) => {
      told.push(`failed ${title}: ${why.code}`)
      problem = why
    },
  }
  const error = await runBatch({ session: over, lease, jobs, progress }).catch((thrown) => thrown)
  return { told, problem, error, log: machine.log() }
}

describe('jobs', () => {
  test('are done in order, as one script, and told one by one', async () => {
    const { told, error, log } = await run([job('a'), job('b')])
    expect(error).toBeUndefined()
    expect(told).toEqual(['intended a', 'intended b', 'begun a b', 'done a', 'done b'])
    expect(log).toEqual(['a: file:/a file:/b', 'b: file:/a file:/b'])
    expect(machine.scripts).toHaveLength(2)
  })

  test('are told while the rest still runs', async () => {
    const reached = `${machine.folder}/reached`
    const jobs = [
      job('a'),
      job('b', `for i in $(seq 500); do [ -e ${reached} ] && break; sleep 0.02; done; [ -e ${reached} ]`),
    ]
    const progress = { ...quiet, done: () => writeFileSync(reached, '') }
    await runBatch({ session, lease, jobs, progress })
    expect(machine.log()).toHaveLength(2)
  })

  test('cannot be told as done by what one of them prints', async () => {
    const { told } = await run([job('a', `printf '\\nabc end 1 0\\nabc end 0 0\\n'`), job('b', 'false')])
    expect(told.slice(3)).toEqual(['done a', 'failed b: step.failed'])
  })

  test('share no variables, options or directory', async () => {
    const leaks = 'set -eu; cd /; x=leaked; umask 077'
    const { error } = await run([job('a', leaks), job('b', '[ "$x$(umask)" = 0022 ]; [ $? = 0 ]')])
    expect(error).toBeUndefined()
  })

  test('make what others may read, however the log-in is set up', async () => {
    const strict: Session = { ...session, run: (script, options) => session.run(`umask 077\n${script}`, options) }
    expect((await run([job('a', '[ "$(umask)" = 0022 ]')], strict)).error).toBeUndefined()
  })
})

describe('the first job that fails', () => {
  test('ends it all, with its own last words', async () => {
    const words = (name: string) => `echo "${name} out"; echo "${name} err" >&2`
    const { told, problem, error, log } = await run([
      job('a', words('a')),
      job('b', `${words('b')}; exit 3`),
      job('c', words('c')),
    ])
    expect(told.slice(4)).toEqual(['done a', 'failed b: step.failed'])
    expect(problem).toMatchObject({ code: 'step.failed', message: 'b failed with exit status 3', detail: 'b err' })
    expect(error).toMatchObject({ code: 'step.failed', problems: [problem] })
    expect(log.map((line) => line[0])).toEqual(['a', 'b'])
  })

  test('is told with what it printed where it left no error', async () => {
    expect((await run([job('a', 'echo why; exit 1')])).problem?.detail).toBe('why')
    expect((await run([job('a', 'exit 1')])).problem).not.toHaveProperty('detail')
  })

  test('is told with its last twenty lines', async () => {
    const { problem } = await run([job('a', 'seq 1 30 >&2; false')])
    expect(problem?.detail?.split('\n')).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 11)))
  })

  test('found something else than was planned on', async () => {
    const body = 'echo "it changed" >&2; exit 75'
    const { problem } = await run([job('a', body, { relies: true })])
    expect(problem).toMatchObject({
      code: 'changed.under',
      message: 'a: it changed since it was planned',
      detail: 'it changed',
    })
    expect((await run([job('a', body)])).problem).toMatchObject({ code: 'step.failed', detail: 'it changed' })
  })
})

describe('a judge', () => {
  test('that refuses says that nothing was placed, and nothing is recorded of what it judges', async () => {
    const { told, problem, log } = await run([job('a'), judge('check', 'echo "line 3 is bad" >&2; exit 75'), job('b')])
    expect(told.slice(3)).toEqual(['begun a check', 'done a', 'failed check: validation.failed'])
    expect(problem).toMatchObject({
      message: 'check: the new configuration is not valid, so none of it was placed',
      detail: 'line 3 is bad',
    })
    expect(log).toEqual(['a: file:/a', 'check: file:/a'])
  })

  test('that could not begin has not judged', async () => {
    const cannot = job('check', 'echo "no namespaces here" >&2; exit 1', { judges: true })
    expect((await run([cannot, job('a')])).problem).toMatchObject({ code: 'step.failed', detail: 'no namespaces here' })
  })

  test('that agrees lets the intents of what follows be recorded, then', async () => {
    const { told, log } = await run([judge('check'), job('a'), job('b'), judge('again'), job('c')])
    expect(told.filter((line) => line.startsWith('begun'))).toEqual(['begun check', 'begun a b again', 'begun c'])
    expect(log).toEqual([
      'check:',
      'a: file:/a file:/b',
      'b: file:/a file:/b',
      'again: file:/a file:/b',
      'c: file:/a file:/b file:/c',
    ])
  })

  test('beside another is asked before anything is recorded', async () => {
    const { log } = await run([judge('one'), judge('two'), job('a')])
    expect(log).toEqual(['one:', 'two:', 'a: file:/a'])
  })
})

describe('what cannot be recorded', () => {
  test('is not begun', async () => {
    mkdirSync(`${machine.folder}/state/manifest`)
    const { told, log } = await run([job('a')])
    expect(told).toEqual(['intended a', 'begun a', 'failed a: step.failed'])
    expect(log).toEqual([])
  })

  test('behind a judge is not begun either', async () => {
    mkdirSync(`${machine.folder}/state/manifest`)
    const { told } = await run([judge('check'), job('a')])
    expect(told.at(-1)).toBe('failed a: step.failed')
  })
})

describe('a connection that is lost', () => {
  test('stays lost, and is told of the job that had begun', async () => {
    const { told, error } = await run([job('a'), job('b', 'kill -9 $PPID $$'), job('c')])
    expect(error).toMatchObject({ code: 'connection.lost' })
    expect(told.slice(4)).toEqual(['done a', 'failed b: connection.lost'])
  })

  test('keeps its problem as it is', async () => {
    const lost = new FettleError({ code: 'connection.lost', message: 'the connection was cut', hint: 'run again' })
    const { problem, error } = await run(
      [job('a')],
      recording(() => Promise.reject(lost)),
    )
    expect(problem).toEqual(lost.problems[0])
    expect(error.cause).toBe(lost)
  })

  test('is not what a bug is', async () => {
    const bug = new TypeError('x is not a function')
    const { told, error } = await run(
      [job('a')],
      recording(() => Promise.reject(bug)),
    )
    expect(error).toBe(bug)
    expect(told).toEqual(['intended a', 'begun a'])
  })
})

test.each([
  ['the sum of what its jobs may take', [1000, 500], { timeout: 1500 }],
  ['none where one has none', [1000, undefined], {}],
])('the time a batch may take is %s', async (_, timeouts, expected) => {
  const options: unknown[] = []
  const asked = recording((_script, { onLine: _onLine, ...rest }) => {
    options.push(rest)
    return { exit: 1 }
  })
  await run(
    timeouts.map((timeout, at) => job(String(at), ':', { ...(timeout && { timeout }) })),
    asked,
  )
  expect(options).toEqual([expected])
})
