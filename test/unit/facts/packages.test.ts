import { expect, test } from 'vitest'
import { dependants, packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { recall } from './ask.ts'

test('reads what dpkg 1.21 says', () => {
  const asked = ['bash', 'nope', 'hello', 'nginx-common', 'bad', 'libc6', 'libc6:i386']
  const answers = recall(packages, 'packages', ...asked)
  expect(answers.map(({ status, version }) => `${status} ${version}`)).toEqual([
    'installed 5.2.15-2+b13',
    'not-installed ',
    'installed 2.10-3',
    'config-files ',
    'half-configured 1:2.0~rc1-3',
    'installed 2.36-9+deb12u14',
    'installed 2.36-9+deb12u14',
  ])
  expect(answers.filter((answer) => answer.held)).toHaveLength(1)
  expect(answers.map((answer) => answer.changedAt).at(-1)).toBe(1795294176)
})

test('of several architectures the installed one counts', () => {
  const output = 'a|i386|deinstall|config-files|1|5\na|amd64|install|installed|2|6\n'
  expect(packages.parse(output, ['a', 'a:i386'])).toMatchObject([{ version: '2' }, { status: 'config-files' }])
})

test('what dpkg left undone', () => {
  expect(recall(unfinishedPackages, 'unfinished-packages', null)).toEqual([['bad']])
  expect(unfinishedPackages.parse('journal|dpkg\nunpacked|a\nunpacked|a\n', [null])).toEqual([['dpkg', 'a']])
  expect(unfinishedPackages.parse('', [null])).toEqual([[]])
})

test('what needs a package, directly or through others', () => {
  expect(recall(dependants, 'dependants', 'nginx-common', 'cowsay')).toEqual([
    ['nginx', 'libnginx-mod-http-echo', 'nginx-light'],
    [],
  ])
})
