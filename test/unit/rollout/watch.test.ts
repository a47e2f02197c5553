import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lookAt } from '../../../engine/converge/look.ts'
import { FettleError } from '../../../engine/core/error.ts'
import { file } from '../../../engine/resources/file.ts'
import { service } from '../../../engine/resources/service.ts'
import { Lookout } from '../../../engine/rollout/look.ts'
import { type Round, watch } from '../../../engine/rollout/watch.ts'
import { createMachine, localTarget, type Machine, me } from '../converge/support/machine.ts'
import { broken, host, run } from './support.ts'

let machine: Machine
beforeEach(() => {
  machine = createMachine()
})
afterEach(() => machine.remove())

const note = (content: string) => file.present({ path: `${machine.folder}/note`, content, ...me })

const lookout = () =>
  new Lookout(host('web1', machine, [note('mine\n')]), () => lookAt(localTarget('web1'), machine.connect))

/** Looks until `after` says so, which is told the number of each round and may change the host. */
const rounds = async (lookouts: readonly Lookout[], after: (number: number) => boolean) => {
  const stop = new AbortController()
  const told: Round[] = []
  const tell = (round: Round) => {
    told.push(round)
    if (after(round.number)) stop.abort()
  }
  const last = await watch({ lookouts, forks: 5, every: 1, signal: stop.signal, tell })
  const news = told.map((round) => round.news.map((event) => event.type))
  return { last, told, news }
}

describe('looking', () => {
  test('once: all drifts, and nothing is changed', async () => {
    machine.write('note', 'theirs\n')
    const { last, told } = await rounds([lookout()], () => true)
    const changedAt = expect.closeTo(Date.now() / 1000, -2)
    expect(last).toMatchObject([{ host: 'web1', drifts: [{ key: note('').key, mends: 'change', changedAt }] }])
    expect(told[0]?.news).toMatchObject([{ type: 'drift.found', since: { by: 'changed' } }])
    expect([machine.read('note'), machine.open()]).toEqual(['theirs\n', 0])
    expect(() => machine.manifest()).toThrow('ENOENT')
  })

  test('again: what is new, over one connection', async () => {
    machine.write('note', 'mine\n')
    let open = 0
    const { news } = await rounds([lookout()], (number) => {
      open = Math.max(open, machine.open())
      if (number === 2) machine.write('note', 'theirs\n')
      if (number === 3) machine.write('note', 'mine\n')
      return number === 5
    })
    expect(news).toEqual([[], [], ['drift.found'], ['drift.mended'], []])
    expect([open, machine.open()]).toEqual([1, 0])
  })

  test('a host that is gone is news once, and tried again', async () => {
    machine.write('note', 'mine\n')
    let isUp = true
    const enter = () => (isUp ? lookAt(localTarget('web1'), machine.connect) : Promise.reject(unreachable))
    const request = host('web1', machine, [note('mine\n')], { look: enter })
    const watched = new Lookout(request, enter)
    const { news, last } = await rounds([watched], (number) => {
      if (number === 1) {
        isUp = false
        void watched.close()
      }
      if (number === 4) isUp = true
      return number === 6
    })
    // Tried at the second, third and fifth round.
    expect(news).toEqual([[], ['host.gone'], [], [], ['host.back'], []])
    expect(last).toMatchObject([{ drifts: [] }])
  })

  test('a connection that was lost between two looks is no news', async () => {
    machine.write('note', 'mine\n')
    const sessions: { close(): Promise<void> }[] = []
    const enter = async () => {
      const seen = await lookAt(localTarget('web1'), machine.connect)
      sessions.push(seen.session)
      return seen
    }
    const request = host('web1', machine, [note('mine\n')], { look: enter })
    const { news } = await rounds([new Lookout(request, enter)], (number) => {
      if (number === 1) void sessions[0]?.close()
      return number === 2
    })
    expect([news, sessions.length]).toEqual([[[], []], 2])
  })

  test('a mistake in a role ends it, told once', async () => {
    const problem = { code: 'role.failed', message: 'role "app" threw' } as const
    const lookouts = ['web1', 'web2'].map((name) => new Lookout(broken(name, machine, problem), () => Promise.reject()))
    await expect(rounds(lookouts, () => true)).rejects.toMatchObject({ problems: [problem] })
  })
})

const unreachable = new FettleError({ code: 'host.unreachable', message: 'nothing listens there' })

test('a service that is behind its configuration is a drift of its own; one that will be reloaded anyhow is none', async () => {
  machine.service('app.service', 1)
  const configured = [
    file.present({ path: `${machine.folder}/note`, content: 'mine\n', ...me, reloads: ['app.service'] }),
    service.running({ unit: 'app' }),
  ]
  const watched = () =>
    new Lookout(host('web1', machine, configured), () => lookAt(localTarget('web1'), machine.connect))
  const keys = async () =>
    (await rounds([watched()], () => true)).last.flatMap((look) =>
      'drifts' in look ? look.drifts.map(({ key }) => key) : [],
    )
  machine.write('note', 'theirs\n')
  expect(await keys()).toEqual([configured[0]?.key])
  machine.write('note', 'mine\n')
  expect(await keys()).toEqual(['app.service'])
  await run([host('web1', machine, configured)])
  expect(await keys()).toEqual([])
})
