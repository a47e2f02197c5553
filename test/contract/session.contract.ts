import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { FettleError } from '../../engine/core/error.ts'
import type { RunOptions, Session } from '../../engine/core/ports.ts'

export interface Subject {
  readonly session: Session
  /** Takes the connection away while a script runs. */
  cut?(): void
}

export const titles = {
  streaming: 'tells each line while the script still runs',
  feeding: 'feeds a script with bytes beside another one',
} as const

/** Promises that a transport does not make, each with the reason. */
type Lacks = Readonly<Partial<Record<(typeof titles)[keyof typeof titles], string>>>

/** What every transport promises. `open` makes a fresh session; it is closed after each test. */
export const sessionContract = (name: string, open: () => Promise<Subject>, lacks: Lacks = {}): void => {
  describe(`${name}: session contract`, () => {
    const opened: Session[] = []
    const subject = async (): Promise<Subject> => {
      const made = await open()
      opened.push(made.session)
      return made
    }
    const session = async (): Promise<Session> => (await subject()).session
    afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())))

    outputContract(session, lacks)
    isolationContract(session)
    inputContract(session)
    feedContract(session, subject, lacks)
    orderContract(session)
    endContract(session, subject)
  })
}

type Open = () => Promise<Session>

const waitFor = (file: string): string => `until [ -e ${file} ]; do sleep 0.02; done`

const outputContract = (session: Open, lacks: Lacks): void => {
  it.each([
    ['nothing', ':', '', ''],
    ['no last newline', "printf 'a\\nb'", 'a\nb', ''],
    ['only newlines', "printf '\\n\\n'", '\n\n', ''],
    ['spaces and tabs at both ends', "printf '  \\t x \\t '", '  \t x \t ', ''],
    ['both streams apart', 'printf out; printf err >&2; printf put', 'output', 'err'],
    ['more than one script line', 'a=1\nb=2\necho $a$b', '12\n', ''],
    ['a quote', `printf '%s' "it's"`, "it's", ''],
    ['carriage returns', "printf 'a\\r\\nb\\r'", 'a\r\nb\r', ''],
    ['letters beyond ASCII', "printf 'na\u00efve \u20ac \u{1f600}'", 'na\u00efve \u20ac \u{1f600}', ''],
  ])('gives the output exactly: %s', async (_case, script, stdout, stderr) => {
    const outcome = await (await session()).run(script)
    expect(outcome).toMatchObject({ exit: 0, stdout, stderr })
  })

  it('puts a character together that arrives in two pieces', async () => {
    const lines: string[] = []
    const script = "printf '\\342\\202'; sleep 0.1; printf '\\254\\n\\303'; sleep 0.1; printf '\\251'"
    const outcome = await (await session()).run(script, { onLine: (line) => lines.push(line) })
    expect(outcome.stdout).toBe('\u20ac\n\u00e9')
    expect(lines).toEqual(['\u20ac', '\u00e9'])
  })

  it('carries 12 MB of output', async () => {
    const outcome = await (await session()).run('head -c 12000000 /dev/zero | tr "\\0" x; echo; seq 3')
    expect(outcome.stdout.length).toBe(12_000_007)
    expect(outcome.stdout.endsWith('x\n1\n2\n3\n')).toBe(true)
  })

  it('says how long it took', async () => {
    const outcome = await (await session()).run('sleep 0.05')
    expect(outcome.duration).toBeGreaterThanOrEqual(50)
  })

  it(titles.streaming, async ({ skip }) => {
    if (lacks[titles.streaming]) skip(lacks[titles.streaming])
    const [opened, other] = await Promise.all([session(), session()])
    const gate = (await other.run('mktemp -u')).stdout.trim()
    const lines: string[] = []
    const openGate = (line: string) => {
      if (lines.push(line) === 1) other.run(`touch ${gate}`)
    }
    await opened.run(`echo one; ${waitFor(gate)}; rm ${gate}; printf two`, { onLine: openGate })
    expect(lines).toEqual(['one', 'two'])
  })
}

const endings: readonly [script: string, exit: number][] = [
  ['exit 7', 7],
  ['false', 1],
  ['set -e; false; echo not reached', 1],
  ['exec sh -c "exit 9"', 9],
  ['no-such-program', 127],
  ['if then fi (', 2],
  ["echo 'unclosed", 2],
  ['}', 2],
  [')', 2],
  ['cat <<X\nunfinished', 0],
]

const isolationContract = (session: Open): void => {
  const survives = async (script: string, exit: number, options?: RunOptions) => {
    const opened = await session()
    const outcome = await opened.run(script, options)
    expect(outcome.exit).toBe(exit)
    expect(outcome.stdout).not.toContain('not reached')
    expect(await opened.run('echo alive')).toMatchObject({ exit: 0, stdout: 'alive\n', stderr: '' })
  }

  it.each([...endings, ['kill -9 $$', 137], ["sh -c 'kill -TERM $PPID'", 143]] as const)(
    'survives %j with exit status %i',
    (script, exit) => survives(script, exit),
  )

  it.each(endings)('survives %j in a fork with exit status %i', (script, exit) =>
    survives(script, exit, { forked: true }),
  )

  it('keeps variables, functions, directory, options and descriptors of one script from the next', async () => {
    const opened = await session()
    const leaking = 'leak=1; export LEAK=1; f() { :; }; cd /tmp; set -f; umask 077; exec 5</dev/null; trap "" TERM'
    await opened.run(leaking)
    await opened.run(leaking, { forked: true })
    const left = await opened.run('echo "$leak$LEAK$(type f >/dev/null 2>&1 && echo f) $(pwd) $(umask)"')
    expect(left.stdout).toBe(' / 0022\n')
  })

  it('does not believe a script that prints what an end looks like', async () => {
    const forged = `printf '${'0'.repeat(32)}>0\\n'; printf '%s>0\\n' "$(cat /proc/$PPID/cmdline | tr -d '\\0')"; exit 3`
    const outcome = await (await session()).run(forged)
    expect(outcome.exit).toBe(3)
    expect(outcome.stdout).toContain(`${'0'.repeat(32)}>0\n`)
  })

  it('leaves out what a background process says after the end', async () => {
    const opened = await session()
    const gate = (await opened.run('mktemp -u')).stdout.trim()
    await opened.run(`(${waitFor(gate)}; echo late; echo late >&2; mv ${gate} ${gate}.done) & echo now`)
    await opened.run(`touch ${gate}; ${waitFor(`${gate}.done`)}; rm ${gate}.done`)
    expect(await opened.run('echo next')).toMatchObject({ stdout: 'next\n', stderr: '' })
  })
}

const inputContract = (session: Open): void => {
  it('carries a script of 2 MB', async () => {
    const value = 'v'.repeat(2_000_000)
    const outcome = await (await session()).run(`value='${value}'\nprintf %s "$value" | wc -c`)
    expect(outcome.stdout.trim()).toBe('2000000')
  })

  it('goes on after a script of 2 MB that ends at its first line', async () => {
    const opened = await session()
    expect(await opened.run(`exit 4\n${'# more\n'.repeat(300_000)}`)).toMatchObject({ exit: 4, stderr: '' })
    expect((await opened.run('echo alive')).stdout).toBe('alive\n')
  })

  it('goes on when such a script leaves a process behind', async () => {
    const opened = await session()
    const script = `sleep 20 >/dev/null 2>&1 & echo $!; exit 4\n${'# more\n'.repeat(300_000)}`
    const { exit, stdout } = await opened.run(script, { timeout: 15_000 })
    expect(exit).toBe(4)
    await opened.run(`kill ${stdout}`)
  })

  it('closes stdin', async () => {
    const script = `cat; read line; echo "$? [$line]"\n${'# a long way to the end\n'.repeat(5000)}`
    expect(await (await session()).run(script)).toMatchObject({ stdout: '1 []\n' })
  })

  it('shows no part of a script in any argument vector or environment', async () => {
    const secret = `hush-${Math.random().toString(36).slice(2)}`
    // The pieces are joined by awk, so that the search does not find itself.
    const look = `cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | awk 'index($0, "hush" "-")' | wc -l`
    const outcome = await (await session()).run(`value='${secret}'; ${look}`)
    expect(outcome.stdout.trim()).toBe('0')
  })
}

async function* chunks(count: number): AsyncGenerator<Uint8Array> {
  for (let each = 0; each < count; each++) yield Buffer.alloc(65_536, each % 251)
}

const feedContract = (session: Open, subject: () => Promise<Subject>, lacks: Lacks): void => {
  it(titles.feeding, async ({ skip }) => {
    if (lacks[titles.feeding]) skip(lacks[titles.feeding])
    const opened = await session()
    const sum = createHash('sha256')
    for await (const chunk of chunks(200)) sum.update(chunk)
    const gate = (await opened.run('mktemp -u')).stdout.trim()
    const beside = opened.run(waitFor(gate))
    const fed = await opened.feed(`sha256sum; echo told >&2; touch ${gate}; exit 3`, chunks(200))
    expect(fed).toMatchObject({ exit: 3, stdout: `${sum.digest('hex')}  -\n`, stderr: 'told\n' })
    expect((await beside).exit).toBe(0)
    await opened.run(`rm ${gate}`)
  })

  it('takes the word of a script that ends before it has read everything it is fed', async () => {
    const opened = await session()
    expect((await opened.feed('head -c 1 >/dev/null; echo enough; exit 9', chunks(400))).exit).toBe(9)
    expect((await opened.run('echo alive')).stdout).toBe('alive\n')
  })

  it('reports a connection that is cut while it feeds as lost', async ({ skip }) => {
    const { session: opened, cut } = await subject()
    if (!cut) return skip('there is no connection to cut')
    const endless = async function* () {
      yield* chunks(1)
      cut()
      yield* chunks(100_000)
    }
    expect(await codeOf(opened.feed('cat >/dev/null', endless()))).toBe('connection.lost')
  })
}

const orderContract = (session: Open): void => {
  it('runs in the order of the calls, one at a time', async () => {
    const opened = await session()
    const scripts = [3, 1, 2].map((n) => `sleep 0.0${n}; date +%s%N; echo ${n}`)
    const outcomes = await Promise.all(scripts.map((script) => opened.run(script)))
    const said = outcomes.map(({ stdout }) => stdout.trim().split('\n'))
    expect(said.map(([, n]) => n)).toEqual(['3', '1', '2'])
    expect(said.map(([time]) => time)).toEqual(said.map(([time]) => time).toSorted())
  })
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => value,
    (error: FettleError) => error.code,
  )

const endContract = (session: Open, subject: () => Promise<Subject>): void => {
  const stillRuns = (marker: string) =>
    `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null; echo; done | grep -c '^sleep ${marker}'`

  it.each([
    ['timeout', (): { timeout: number } => ({ timeout: 150 })],
    ['cancelled', (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(150) })],
  ])('gives a command up with %s, ends it on the host, and is over', async (code, options) => {
    const opened = await session()
    const marker = `6${Math.floor(Math.random() * 1e6)}.5`
    expect(await codeOf(opened.run(`sleep ${marker} & sleep ${marker}; echo never`, options()))).toBe(code)
    expect(await codeOf(opened.run('echo more'))).toBe('connection.lost')
    expect((await (await session()).run(stillRuns(marker))).stdout).toBe('0\n')
  })

  it('ends a command that is given up before it has said anything', async () => {
    const opened = await session()
    const other = await session()
    const marker = `6${Math.floor(Math.random() * 1e6)}.5`
    const given = new AbortController()
    const code = codeOf(opened.run(`sleep ${marker}`, { signal: given.signal }))
    // Nothing that comes from it is read meanwhile.
    await new Promise((resolve) => setImmediate(resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    given.abort()
    expect(await code).toBe('cancelled')
    await expect.poll(async () => (await other.run(stillRuns(marker))).stdout, { timeout: 20_000 }).toBe('0\n')
  })

  it('does not begin a command that was cancelled before', async () => {
    const opened = await session()
    expect(await codeOf(opened.run('echo never', { signal: AbortSignal.abort() }))).toBe('cancelled')
    expect((await opened.run('echo alive')).stdout).toBe('alive\n')
  })

  it('never takes the end of the shell for an end of the command', async () => {
    const [opened, other] = await Promise.all([session(), session()])
    const left = (await other.run('mktemp')).stdout.trim()
    const code = await codeOf(opened.run(`sleep 300 & echo $! >${left}; kill -9 $PPID`))
    expect([code, await codeOf(opened.run('echo more'))]).toEqual(['connection.lost', 'connection.lost'])
    expect(await other.run(`kill $(cat ${left}); rm ${left}`)).toMatchObject({ exit: 0, stderr: '' })
  })

  it('reports a cut connection as lost', async ({ skip }) => {
    const { session: opened, cut } = await subject()
    if (!cut) return skip('there is no connection to cut')
    const code = codeOf(opened.run('echo begun; sleep 2', { onLine: cut }))
    expect(await code).toBe('connection.lost')
  })

  it('refuses commands after it was closed', async () => {
    const opened = await session()
    await opened.close()
    expect(await codeOf(opened.run('echo more'))).toBe('cancelled')
    await opened.close()
  })
}
