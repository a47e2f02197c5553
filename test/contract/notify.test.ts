import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { JobRun } from '../../engine/core/job-run.ts'
import { secretOf } from '../../engine/core/secret.ts'
import { deliver, type OpenChannel } from '../../engine/schedule/notify/deliver.ts'
import { messageOf } from '../../engine/schedule/notify/message.ts'
import { httpSink, type Sink, smtpSink } from './support/sinks.ts'

const run: JobRun = {
  ...{ job: 'nightly', scheduled: new Date('2026-01-02T03:00Z'), attempt: 2, cause: 'clock', missed: 0, fence: 7 },
  runner: { who: 'ada@desk', machine: 'desk', process: { pid: 1, began: null } },
  ...{ started: new Date('2026-01-02T03:01Z'), ended: new Date('2026-01-02T03:02Z'), outcome: 'failed', exit: 3 },
  ...{ duration: 60_000, run: '20260102T030100-000000', output: 'web1: failed\n', retry: null },
}
const at = new Date('2026-01-02T03:02:01Z')
const message = messageOf('shop', { job: 'nightly', happened: 'failed', run, succeeded: null }, at)

const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'fettle-notify-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

const tell = (channel: OpenChannel, where = '/') => deliver({ name: 'ops', channel, folder: where, message })

const opened = async (sink: Promise<Sink>): Promise<Sink> => {
  const { stop } = await sink
  onTestFinished(stop)
  return sink
}

test('a webhook is given the event, and asked again where it fails', async () => {
  const sink = await opened(httpSink([503, 500]))
  await tell({ by: 'webhook', url: secretOf(`http://127.0.0.1:${sink.port}/hook?key=hushhush`) })
  expect(sink.told).toHaveLength(3)
  const [, , body = ''] = /^(POST \/hook\?key=hushhush) (.*)$/.exec(sink.told[2] ?? '') ?? []
  expect(JSON.parse(body)).toMatchObject({
    ...{ type: 'job.failed', site: 'shop', job: 'nightly', at: at.toISOString(), succeeded: null },
    run: { attempt: 2, exit: 3, fence: 7, output: 'web1: failed\n', scheduled: '2026-01-02T03:00:00.000Z' },
  })
})

test('who cannot be told is an error that does not say the secret', async () => {
  const sink = await httpSink()
  sink.stop()
  const url = secretOf(`http://127.0.0.1:${sink.port}/hushhush`)
  const error = await tell({ by: 'webhook', url }).catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'notify.failed', problems: [{ detail: 'ECONNREFUSED' }] })
  expect(JSON.stringify(error.problems)).not.toContain('hushhush')
})

test('mail has it in words', async () => {
  const sink = await opened(smtpSink())
  const server = `smtp://127.0.0.1:${sink.port}`
  await tell({ by: 'mail', to: ['ops@example.com', 'ada@example.com'], from: 'fettle@example.com', server })
  const [letter = ''] = sink.told
  expect(letter).toMatch(/^MAIL FROM:<fettle@example.com>\nRCPT TO:<ops@example.com>\nRCPT TO:<ada@example.com>\n/)
  expect(letter).toContain('Subject: [shop] job nightly failed with exit status 3')
  expect(letter).toContain('web1: failed')
  expect(letter).toContain('fettle runs show 20260102T030100-000000')
})

test('a command is given the event, in the site’s folder, and its words are no shell’s', async () => {
  const where = folder()
  await tell({ by: 'command', argv: ['sh', '-c', 'cat >told; echo "$1" >>told', 'sh', '$HOME; x'] }, where)
  const [event = '', word] = readFileSync(join(where, 'told'), 'utf8').split('\n')
  expect([JSON.parse(event).type, word]).toEqual(['job.failed', '$HOME; x'])
  const failing = tell({ by: 'command', argv: ['sh', '-c', 'echo no paper >&2; exit 4'] }, where)
  await expect(failing).rejects.toMatchObject({ problems: [{ detail: 'it ended with 4: no paper' }] })
  await expect(tell({ by: 'command', argv: ['no-such-program'] }, where)).rejects.toMatchObject({
    code: 'notify.failed',
  })
})

test.each([
  ['pending', { ...run, outcome: 'pending', exit: 2 }, 'failed', '[shop] job nightly found changes pending'],
  ['interrupted', { ...run, outcome: 'interrupted', exit: null }, 'failed', '[shop] job nightly was interrupted'],
  ['timed out', { ...run, outcome: 'timed-out', exit: null }, 'failed', '[shop] job nightly took too long'],
  ['killed', { ...run, exit: null }, 'failed', '[shop] job nightly failed'],
  ['well', run, 'recovered', '[shop] job nightly is well again'],
  ['absent', null, 'absent', '[shop] job nightly has not run as expected'],
] as const)('words: %s', (_, attempt, happened, subject) => {
  expect(messageOf('shop', { job: 'nightly', happened, run: attempt, succeeded: null }, at).subject).toBe(subject)
})
