import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { path } from '../../../engine/facts/path.ts'
import { ask } from './ask.ts'

const root = mkdtempSync(join(tmpdir(), 'fettle-path-'))
afterAll(() => rmSync(root, { recursive: true }))

const mode = (at: string) => (lstatSync(at).mode & 0o7777).toString(8).padStart(4, '0')

test('tells files, directories, links, devices and absence apart', () => {
  writeFileSync(join(root, 'file'), 'hello\n')
  chmodSync(join(root, 'file'), 0o4755)
  mkdirSync(join(root, 'directory'))
  symlinkSync('file', join(root, 'link'))
  symlinkSync('nowhere', join(root, 'dangling'))
  writeFileSync(join(root, 'empty'), '')
  const [file, directory, link, dangling, empty, device, absent] = ask(
    path,
    ...['file', 'directory', 'link', 'dangling', 'empty'].map((name) => join(root, name)),
    '/dev/null',
    join(root, 'missing'),
  )
  const sha256 = createHash('sha256').update('hello\n').digest('hex')
  expect(file).toMatchObject({ type: 'file', size: 6, sha256, mode: '4755' })
  expect(directory).toMatchObject({ type: 'directory', mode: mode(join(root, 'directory')) })
  expect(link).toMatchObject({ type: 'symlink', target: 'file' })
  expect(dangling).toMatchObject({ type: 'symlink', target: 'nowhere' })
  expect(empty).toMatchObject({ type: 'file', size: 0, sha256: createHash('sha256').digest('hex') })
  expect(device).toMatchObject({ type: 'other', owner: 'root' })
  expect(absent).toEqual({ type: 'absent' })
})

test('sees when something changed, to fractions of a second', () => {
  const file = join(root, 'changed')
  writeFileSync(file, '')
  const [answer] = ask(path, file)
  if (answer?.type !== 'file') expect.fail('no file')
  expect(answer.changedAt).toBeCloseTo(lstatSync(file).ctimeMs / 1000, 3)
})

test('an owner without a name is its number', () => {
  const output = '81a4|UNKNOWN|UNKNOWN|12345|54321|0|1.5|"/x"\n'
  expect(path.parse(output, ['/x'])).toMatchObject([{ owner: '12345', group: '54321' }])
})

/** Bytes that a name may have, hostile ones first. */
const name = fc
  .array(fc.constantFrom(...'|"\'\\\n\t$(`id`)*?[-> é%~ ', 'a', 'b'), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '.' && text !== '..')

test('no name and no link target forges an answer', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 4 }), name, (names, target) => {
      const place = mkdtempSync(join(root, 'case-'))
      const [link = '', ...files] = names.map((each) => join(place, each))
      symlinkSync(`${target}\n81a4|root|root|0|0|0|1.0|"${files[0]}"`, link)
      for (const file of files) writeFileSync(file, file)
      const [linked, ...answers] = ask(path, link, ...files)
      expect(linked).toMatchObject({ type: 'symlink', target: `${target}\n81a4|root|root|0|0|0|1.0|"${files[0]}"` })
      answers.forEach((answer, index) => {
        const sha256 = createHash('sha256')
          .update(readFileSync(files[index] ?? ''))
          .digest('hex')
        expect(answer).toMatchObject({ type: 'file', sha256 })
      })
    }),
    { numRuns: 25 },
  )
})
