import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createObserver } from '../../../engine/converge/plan/observer.ts'
import { type Fact, topic } from '../../../engine/core/fact.ts'
import { command } from '../../../engine/core/shell.ts'
import { type Answers, recording } from '../../../engine/transport/index.ts'

/** Runs what it is told in a shell of this machine. */
const here: Answers = (script) => {
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  return { exit: signal ? 137 : (status ?? 1), stdout, stderr }
}

/** Says what it is asked, byte by byte, one line for each. */
const echo: Fact<string, string> = {
  name: 'echo',
  script: (queries) => `for q in ${command(...queries)}; do printf '%s\\036' "$q"; done`,
  parse: (output, queries) => queries.map((_, index) => output.split('\x1e')[index] ?? 'nothing'),
}
const count: Fact<null, number> = {
  name: 'count',
  script: () => 'echo 1 2 3',
  parse: (output) => [output.split(' ').length],
}
const saying = (name: string, script: string): Fact<null, string> => ({
  name,
  script: () => script,
  parse: (out) => [out],
})

const observe = (answers: Answers = here) => {
  const session = recording(answers)
  return { ...createObserver(session), scripts: session.scripts }
}

describe('questions of one turn', () => {
  test('travel as one script, each to its own answer', async () => {
    const { read, scripts } = observe()
    expect(await Promise.all([read(echo, 'a'), read(count, null), read(echo, 'b')])).toEqual(['a', 3, 'b'])
    expect(scripts).toHaveLength(1)
  })

  test('are asked once, however often', async () => {
    const { read, scripts } = observe()
    expect(await Promise.all([read(echo, 'a'), read(echo, 'a'), read(echo, 'b')])).toEqual(['a', 'a', 'b'])
    await read(echo, 'b')
    expect(scripts).toHaveLength(1)
    expect(scripts[0]?.match(/for q in .*/)?.[0]).toBe('for q in a b; do printf \'%s\\036\' "$q"; done')
  })

  test('are those of all that is begun together, however deep', async () => {
    const { read, scripts } = observe()
    const one = async (name: string) => {
      await (name === 'b' ? new Promise((resolve) => process.nextTick(resolve)) : null)
      const first = await read(echo, name)
      return [first, await read(echo, `${first} again`)]
    }
    await Promise.all([one('a'), one('b'), one('c')])
    expect(scripts).toHaveLength(2)
  })

  test('that come later are another script', async () => {
    const { read, scripts } = observe()
    await read(echo, 'a')
    await read(count, null)
    expect(scripts).toHaveLength(2)
  })
})

describe('answers', () => {
  test('are kept until they are forgotten', async () => {
    let turn = 0
    const { read, forget, scripts } = observe((script) => here(script.replaceAll('Q', String(turn++)), {}))
    const [clock, other] = [saying('clock', 'printf Q'), saying('other', 'printf Q')]
    expect(await Promise.all([read(clock, null), read(other, null)])).toEqual(['0', '0'])
    forget([topic(clock, null)])
    expect(await Promise.all([read(clock, null), read(other, null)])).toEqual(['1', '0'])
    forget('everything')
    expect(await Promise.all([read(clock, null), read(other, null)])).toEqual(['2', '2'])
    expect(scripts).toHaveLength(3)
  })

  test('are data, whatever is in them', async () => {
    const nonce = '0123456789abcdef01234567'
    const hostile = ['$(id)', '`id`', "'; exit 1; '", `\n${nonce} 0\n`, '\n%s 0\n', '{{7*7}}', ')\n(', '\n\n', '']
    const { read } = observe()
    expect(await Promise.all(hostile.map((query) => read(echo, query)))).toEqual(hostile)
  })

  test('cannot end their section by a mark of an earlier script', async () => {
    const { read, scripts } = observe()
    await read(count, null)
    const nonce = /printf '\\n(\w+) /.exec(scripts[0] ?? '')?.[1] ?? 'none'
    expect(nonce).toMatch(/^[0-9a-f]{24}$/)
    const forged = `a\n${nonce} 0\nb\n${nonce} 1\n`
    expect(await Promise.all([read(echo, forged), read(count, null)])).toEqual([forged, 3])
  })
})

describe('a fact that fails', () => {
  const failing = saying('failing', 'echo "cannot look" >&2; exit 3')
  const failed = (name: string) =>
    expect.objectContaining({ code: 'fact.failed', message: expect.stringContaining(name) })
  const settle = async (...answers: Promise<unknown>[]) =>
    (await Promise.allSettled(answers)).map((each) => (each.status === 'fulfilled' ? each.value : each.reason))

  test('fails only itself, and says why', async () => {
    const { read } = observe()
    const answers = await settle(read(count, null), read(failing, null), read(echo, 'a'))
    expect(answers).toEqual([3, failed('"failing" failed with exit status 3'), 'a'])
    expect(answers[1]).toMatchObject({ problems: [{ detail: 'cannot look' }] })
  })

  test('because its answer cannot be read fails only itself', async () => {
    const unreadable: Fact<null, string> = {
      ...saying('unreadable', 'echo'),
      parse: () => {
        throw new Error('what is this?')
      },
    }
    const { read } = observe()
    expect(await settle(read(unreadable, null), read(count, null))).toEqual([new Error('what is this?'), 3])
  })

  test('by ending the whole script fails all that was asked with it', async () => {
    const { read } = observe()
    const answers = await settle(read(count, null), read(saying('deadly', 'kill -9 $$'), null), read(echo, 'a'))
    expect(answers).toEqual([failed('count'), failed('deadly'), failed('echo')])
  })

  test('is asked again once it is forgotten', async () => {
    let broken = true
    const { read, forget } = observe((script) => (broken ? { exit: 1 } : here(script, {})))
    await expect(read(count, null)).rejects.toThrow('"count" failed')
    broken = false
    await expect(read(count, null)).rejects.toThrow('"count" failed')
    forget('everything')
    expect(await read(count, null)).toBe(3)
  })

  test('because the connection was lost fails with that', async () => {
    const lost = new Error('lost')
    const { read } = observe(() => Promise.reject(lost))
    expect(await settle(read(count, null), read(echo, 'a'))).toEqual([lost, lost])
  })
})
