import { InvalidArgumentError } from 'commander'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { listening } from '../../../cli/options.ts'
import { answer } from '../../../cli/scheduler-health.ts'

const addressOf = async (state: Parameters<typeof answer>[1]) => {
  const server = await answer({ address: '127.0.0.1', port: 0 }, state)
  onTestFinished(() => void server.close())
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('no address')
  return { url: `http://127.0.0.1:${at.port}`, port: at.port }
}

describe('whether a scheduler goes on', () => {
  test.each([
    ['it has just looked', 0, 200],
    ['a store was waited for', 80_000, 200],
    ['it has not looked for long', 100_000, 503],
    ['it has never looked', null, 503],
  ])('%s', async (_, ago, status) => {
    const looked = ago === null ? null : Date.now() - ago
    const { url } = await addressOf(() => ({ looked, running: ['backup'] }))
    const response = await fetch(`${url}/healthz`)
    expect([response.status, await response.json()]).toEqual([
      status,
      { looked: looked === null ? null : new Date(looked).toISOString(), running: ['backup'] },
    ])
  })

  test('comes with the release that it belongs to', async () => {
    vi.stubEnv('RELEASE', 'v1-0123456789ab')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { url } = await addressOf(() => ({ looked: Date.now(), running: [] }))
    expect((await fetch(`${url}/healthz`)).headers.get('x-release')).toBe('v1-0123456789ab')
  })

  test('nothing else is told', async () => {
    const { url } = await addressOf(() => ({ looked: Date.now(), running: [] }))
    expect((await fetch(url)).status).toBe(404)
    expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(405)
  })

  test('a port that is taken is said', async () => {
    const { port } = await addressOf(() => ({ looked: null, running: [] }))
    await expect(answer({ address: '127.0.0.1', port }, () => ({ looked: null, running: [] }))).rejects.toMatchObject({
      problems: [{ code: 'usage', message: expect.stringContaining('EADDRINUSE') }],
    })
  })
})

test.each([
  ['3900', '127.0.0.1', 3900],
  ['192.0.2.1:80', '192.0.2.1', 80],
  ['[::1]:3900', '::1', 3900],
])('--listen %s', (text, address, port) => expect(listening(text)).toEqual({ address, port }))

test.each(['', '0', '65536', 'x', 'localhost:3900', '::1:3900', '[127.0.0.1]:80', '[]:80', ':80'])(
  '--listen %s is refused',
  (text) => expect(() => listening(text)).toThrow(InvalidArgumentError),
)
