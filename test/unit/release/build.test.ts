import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { build, commit, contentOf, git, newFolder, problemOf, timesOf, touch, write } from './support.ts'

const repository = async () => {
  const folder = newFolder()
  await git(folder, 'init', '--quiet')
  return folder
}

describe('a release of a git ref', () => {
  test('is what was committed, not what is there now', async () => {
    const site = write(await repository(), { 'main.js': 'one', 'lib/a.js': 'a' })
    await commit(site, 'v1')
    write(site, { 'main.js': 'two', 'new.js': 'n' })
    await commit(site, 'v2')
    const v1 = await build(site)
    expect(await contentOf(v1.file)).toEqual(['755 lib/', '644 lib/a.js', '644 main.js'])
    expect(v1).toMatchObject({ version: 'v1', content: { entries: 3 } })
    expect(v1.release).toBe(`v1-${v1.sha256.slice(0, 12)}`)
    expect((await build(site, { version: 'v2' })).release).not.toBe(v1.release)
    expect(await timesOf(v1.file)).toEqual([undefined, 1_700_000_000])
  })

  test.each([
    ['a tag', 'v1'],
    ['a branch', 'main'],
    ['a commit', 'HEAD'],
    ['a tag with a note', 'noted'],
    ['with its kind', 'refs/tags/v1'],
  ])('%s', async (_, version) => {
    const site = write(await repository(), { 'main.js': 'one' })
    await commit(site, 'v1')
    await git(site, 'tag', '--annotate', '--message', 'noted', 'noted')
    expect(await contentOf((await build(site, { version })).file)).toEqual(['644 main.js'])
  })

  test('leaves nothing behind in the repository, whatever comes of it', async () => {
    const site = write(await repository(), { 'main.js': 'one' })
    await commit(site, 'v1')
    await build(site, { build: 'touch made' })
    await problemOf(build(site, { build: 'false' }))
    expect((await git(site, 'worktree', 'list')).stdout.split('\n')).toHaveLength(1)
    expect((await git(site, 'status', '--porcelain')).stdout).toBe('')
    expect(readdirSync(site)).toEqual(['.git', 'main.js'])
  })

  test('of a folder in it has that folder alone', async () => {
    const site = write(await repository(), { 'site.yml': '', 'apps/shop/main.js': 'one', 'apps/shop/dist/x': 'x' })
    await commit(site, 'v1')
    write(site, { 'site.yml': 'changed' })
    expect(await contentOf((await build(site, { folder: 'apps/shop' })).file)).toContain('644 main.js')
    const output = await build(site, { folder: 'apps/shop', output: 'dist' })
    expect(await contentOf(output.file)).toEqual(['644 x'])
  })

  test('that had no such folder yet says so', async () => {
    const site = write(await repository(), { 'site.yml': '' })
    await commit(site, 'v1')
    write(site, { 'shop/main.js': '' })
    await commit(site, 'v2')
    expect(await problemOf(build(site, { folder: 'shop', build: 'true' }))).toMatchObject({
      code: 'build.failed',
      message: expect.stringMatching(/^there was no folder shop in the git repository \S+ at [0-9a-f]{12}$/),
    })
  })

  test.each([
    ['misspelt', 'v1.O', 'did you mean "v1.0"?'],
    ['strange', 'nonsense', 'the newest are main, v1.0; is it fetched?'],
    ['a range', 'v1.0..main', 'the newest are main, v1.0; is it fetched?'],
    ['an option', '--output=injected', 'the newest are main, v1.0; is it fetched?'],
    ['a file', 'v1.0:main.js', 'the newest are main, v1.0; is it fetched?'],
    ['nothing', '', expect.any(String)],
  ])('an unknown version: %s', async (_, version, hint) => {
    const site = write(await repository(), { 'main.js': 'one' })
    await commit(site, 'v1.0')
    expect(await problemOf(build(site, { version }))).toEqual({
      code: 'version.unknown',
      message: `the git repository ${site} has no version "${version}"`,
      hint,
    })
    expect(existsSync(join(site, 'injected'))).toBe(false)
  })

  test('in a repository without a commit', async () => {
    expect(await problemOf(build(await repository()))).toMatchObject({
      code: 'version.unknown',
      hint: 'the newest are none; is it fetched?',
    })
  })
})

describe('a worktree with changes', () => {
  const changed = async () => {
    const site = write(await repository(), { 'shop/main.js': 'one', 'notes.txt': '' })
    await commit(site, 'v1')
    write(site, { 'shop/main.js': 'two', 'shop/new.js': '', 'notes.txt': 'changed' })
    return site
  }

  test('is not what its commit is: refused, and what has changed is named', async () => {
    const site = await changed()
    expect(await problemOf(build(site, { folder: 'shop' }))).toEqual({
      code: 'worktree.dirty',
      message: `${site}/shop has changes that are not committed`,
      detail: ' M shop/main.js\n?? shop/new.js',
      hint: 'commit them, or release the folder as it is with --as-is',
    })
  })

  test('elsewhere in the repository matters to nobody', async () => {
    const site = write(await repository(), { 'shop/main.js': 'one' })
    await commit(site, 'v1')
    write(site, { 'notes.txt': 'changed' })
    expect(await contentOf((await build(site, { folder: 'shop' })).file)).toEqual(['644 main.js'])
  })

  test('matters not to another commit', async () => {
    const site = await changed()
    await git(site, 'stash', '--include-untracked')
    write(site, { 'other.txt': '' })
    await commit(site, 'v2')
    await git(site, 'stash', 'pop')
    expect((await build(site, { folder: 'shop' })).version).toBe('v1')
    expect(await problemOf(build(site, { folder: 'shop', version: 'v2' }))).toMatchObject({ code: 'worktree.dirty' })
  })

  test('is released as it is where that is wanted', async () => {
    const { file } = await build(await changed(), { folder: 'shop', asIs: true, version: 'mine' })
    expect(await contentOf(file)).toEqual(['644 main.js', '644 new.js'])
  })
})

describe('a folder without git', () => {
  test('is copied, built there, and stays as it was', async () => {
    const site = write(newFolder(), { 'main.js': 'one', '.fettle/runs/1': '', 'a/.git': 'gitdir: x' })
    const { file, version } = await build(site, {
      version: 'any name',
      build: 'echo made >made; mkdir d; cp main.js d',
    })
    expect(version).toBe('any name')
    expect(await contentOf(file)).toEqual(['755 a/', '755 d/', '644 d/main.js', '644 made', '644 main.js'])
    expect(readdirSync(site)).toEqual(['.fettle', 'a', 'main.js'])
  })

  test('that is not there', async () => {
    const site = newFolder()
    expect(await problemOf(build(site, { folder: 'shop' }))).toEqual({
      code: 'build.failed',
      message: `there is no folder ${site}/shop`,
      hint: 'source.folder of the app says where its source is',
    })
  })

  test.each([
    ['v 1/2', 'v-1-2-'],
    ['--force', 'force-'],
    ['../../etc', 'etc-'],
    ['.hidden', 'hidden-'],
    ['', 'release-'],
    ['ünïcode', 'n-code-'],
    ['x'.repeat(100), `${'x'.repeat(40)}-`],
  ])('version "%s" becomes a name of a folder', async (version, start) => {
    const { release } = await build(write(newFolder(), { a: '' }), { version })
    expect(release).toBe(`${start}${release.slice(-12)}`)
  })
})

describe('a build', () => {
  test('that fails is told with its last words', async () => {
    const site = write(newFolder(), { 'main.js': '' })
    const script = 'for n in $(seq 100); do echo line $n; done; echo no such module >&2; exit 7'
    const { detail, ...problem } = await problemOf(build(site, { build: script }))
    expect(problem).toEqual({
      code: 'build.failed',
      message: `the build failed with exit status 7: ${script}`,
      hint: 'no host was touched',
    })
    expect(detail?.split('\n')).toHaveLength(40)
    expect(detail).toMatch(/^line 62\n(?:line \d+\n)*line 100\nno such module$/)
  })

  test('knows what it is for, and reads no terminal', async () => {
    const site = write(newFolder(), { 'main.js': '' })
    const archive = await build(site, {
      build: 'cat; echo "$FETTLE_APP $FETTLE_VERSION $PWD" >"$OUT"',
      asIs: true,
    }).catch((error) => error)
    expect(archive.problems[0].detail).toContain('cannot create')
    const said = join(newFolder(), 'said')
    await build(site, { build: `cat; echo "$FETTLE_APP $FETTLE_VERSION" >${said}; pwd >>${said}` })
    const [names, folder] = readFileSync(said, 'utf8').split('\n')
    expect(names).toBe('shop v1')
    expect(folder).not.toContain(site)
  })

  test('whose output is not there, or empty', async () => {
    const site = write(newFolder(), { 'main.js': '' })
    expect(await problemOf(build(site, { build: 'true', output: 'dist' }))).toEqual({
      code: 'build.failed',
      message: 'the build left no folder dist',
      hint: 'source.output of the app says what becomes the release',
    })
    expect(await problemOf(build(site, { build: 'mkdir dist', output: 'dist' }))).toMatchObject({
      code: 'build.failed',
      message: expect.stringContaining('there is nothing in '),
    })
  })
})

describe('the same content makes the same release', () => {
  const files = { 'bin/run': { content: 'x', mode: 0o755 }, 'lib/a': 'a', b: 'b', link: { link: 'lib/a' } } as const
  const release = async (site: string, change = {}) => (await build(site, change)).release

  test('from git, whatever the umask', async () => {
    const site = write(await repository(), files)
    await commit(site, 'v1')
    const before = process.umask(0o022)
    const releases: string[] = []
    try {
      for (const mask of [0o022, 0o002, 0o077, 0o027]) {
        process.umask(mask)
        releases.push(await release(site))
      }
    } finally {
      process.umask(before)
    }
    expect(new Set(releases).size).toBe(1)
  })

  test('from folders that were written in another order, by another umask', async () => {
    const [one, other] = [write(newFolder(), files), newFolder()]
    const before = process.umask(0o077)
    try {
      write(other, Object.fromEntries(Object.entries(files).reverse()))
    } finally {
      process.umask(before)
    }
    for (const site of [one, other]) touch(1_700_000_000, ...['bin/run', 'lib/a', 'b'].map((path) => join(site, path)))
    expect(await release(other)).toBe(await release(one))
    expect(await contentOf((await build(one)).file)).toEqual([
      '644 b',
      '755 bin/',
      '755 bin/run',
      '755 lib/',
      '644 lib/a',
      '755 link -> lib/a',
    ])
  })

  test('the newest file of a folder dates it: an older one does not matter', async () => {
    const site = write(newFolder(), { a: 'a', b: 'b' })
    const [a, b] = [join(site, 'a'), join(site, 'b')]
    touch(1_700_000_000, a, b)
    const first = await release(site)
    touch(1_600_000_000, a)
    expect(await release(site)).toBe(first)
    touch(1_700_000_500, a)
    expect(await release(site)).not.toBe(first)
    expect(await timesOf((await build(site)).file)).toEqual([1_700_000_500])
  })

  test.each([
    ['a byte', { b: 'B' }],
    ['a name', { c: '' }],
    ['what may be run', { b: { content: 'b', mode: 0o755 } }],
  ])('and %s makes another one', async (_, change) => {
    const [one, other] = [write(newFolder(), files), write(write(newFolder(), files), change)]
    for (const site of [one, other]) {
      const all = readdirSync(site, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
      touch(1_700_000_000, ...all.map(({ parentPath, name }) => join(parentPath, name)))
    }
    expect(await release(other)).not.toBe(await release(one))
  })
})
