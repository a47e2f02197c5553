import { expect, describe as group, test } from 'vitest'
import { z } from 'zod'
import { type AssignedRole, describe } from '../../../engine/converge/plan/describe.ts'
import type { Certificate } from '../../../engine/core/certificate.ts'
import { FettleError, type Problem } from '../../../engine/core/error.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../../engine/core/role.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import { directory } from '../../../engine/resources/directory.ts'
import { file } from '../../../engine/resources/file.ts'
import { problemsIn } from '../support/problems.ts'
import { facts, hostView, siteView } from './support/site.ts'

const role = (name: string, resources: () => readonly Declaration[], line?: number): AssignedRole => ({
  role: defineRole({ name, summary: name, settings: z.object({}), resources }),
  settings: {},
  ...(line && { position: { file: 'site.yml', line, column: 1 } }),
})

const says = (name: string, ...declarations: Declaration[]) => role(name, () => declarations, name.length)

const describeAll = (...roles: AssignedRole[]) =>
  describe({ host: hostView, site: siteView, roles, render: () => 'rendered' }, facts)

const problemsOf = (...roles: AssignedRole[]): readonly Problem[] => problemsIn(() => describeAll(...roles))

const hello = file.present({ path: '/hello', content: 'hello' })

group('a description', () => {
  test('is that of all roles, in order, and tells whose each thing is', () => {
    const items = describeAll(
      says('one', directory.present({ path: '/srv' }), hello),
      says('two', file.absent({ path: '/b' })),
    )
    expect(items.map((item) => [item.declaration.key, item.role])).toEqual([
      ['directory:/srv', 'one'],
      ['file:/hello', 'one'],
      ['file:/b', 'two'],
    ])
  })

  test('depends on settings, the host with its facts, the site and templates', () => {
    const seen: unknown[] = []
    const curious = defineRole({
      name: 'curious',
      summary: '',
      settings: z.object({ port: z.number() }),
      resources: ({ settings, host, site, render }) => {
        seen.push(settings.port, host.name, host.facts.os.id, site.hosts('web').length, render('a', {}))
        return []
      },
    })
    describeAll({ role: curious, settings: { port: 80 } })
    expect(seen).toEqual([80, 'web1', 'debian', 1, 'rendered'])
  })

  test('depends on the certificates that roles of the host ask for, and no others', () => {
    const certificate: Certificate = { key: secretOf('the key'), certificate: 'signed', authority: 'trusted' }
    const issued = { authority: 'trusted', certificates: new Map([['mysql', certificate]]) }
    const using = (name: string, use: (context: RoleContext<unknown>) => unknown, asks = true): AssignedRole => {
      const resources = (context: RoleContext<unknown>) => [
        file.present({ path: '/seen', content: String(use(context)) }),
      ]
      const certificates = asks ? { certificates: () => [] } : {}
      return { role: defineRole({ name, summary: '', settings: z.any(), resources, ...certificates }), settings: {} }
    }
    const seen = (role: AssignedRole) => {
      const items = describe({ host: hostView, site: siteView, roles: [role], render: () => '', issued }, facts)
      return items.map(({ declaration }) => (declaration.spec as { readonly content: unknown }).content)
    }
    const whole = using('one', (context) => `${context.certificate('mysql').certificate} ${context.authority()}`)
    expect(seen(whole)).toEqual(['signed trusted'])
    const misspelt = using('two', ({ certificate }) => certificate('mysq'))
    expect(() => seen(misspelt)).toThrow('role "two" uses the certificate "mysq", which no role of this host asks for')
    const silent = using('three', ({ authority }) => authority(), false)
    expect(() => seen(silent)).toThrow('role "three" uses the certificate of the authority, and asks for none')
    expect(problemsOf(whole)).toMatchObject([{ code: 'certificate.invalid' }])
  })
})

group('the same said twice', () => {
  const validate = { name: 'app', script: 'app -t' }
  const with_ = (attachments: object) => file.present({ path: '/hello', content: 'hello', ...attachments })

  test('counts once, where it was said first, and all units react', () => {
    const items = describeAll(
      says('one', with_({ reloads: ['a.service'] })),
      says(
        'three',
        file.absent({ path: '/b' }),
        with_({ reloads: ['b.service', 'a.service'], restarts: ['c.service'] }),
      ),
    )
    expect(items.map(({ declaration }) => declaration.key)).toEqual(['file:/hello', 'file:/b'])
    expect(items[0]).toMatchObject({
      role: 'one',
      declaration: { attachments: { reloads: ['a.service', 'b.service'], restarts: ['c.service'] } },
    })
  })

  test.each([
    ['first', with_({ validate }), hello],
    ['second', hello, with_({ validate })],
  ])('is judged if the %s says so', (_, one, two) => {
    expect(describeAll(says('one', one), says('two', two))[0]?.declaration.attachments.validate).toEqual(validate)
  })

  test('by three roles is still one', () => {
    const items = describeAll(...['a', 'b', 'c'].map((name) => says(name, with_({ reloads: [`${name}.service`] }))))
    expect(items).toHaveLength(1)
    expect(items[0]?.declaration.attachments.reloads).toEqual(['a.service', 'b.service', 'c.service'])
  })
})

group('two descriptions that disagree', () => {
  test('are told with the place of the second, field by field', () => {
    const other = file.present({ path: '/hello', content: 'hello', mode: '0600', owner: 'ada' })
    expect(problemsOf(says('one', hello), says('three', other))).toEqual([
      {
        code: 'resource.conflict',
        message: 'two descriptions of file:/hello disagree',
        position: { file: 'site.yml', line: 5, column: 1 },
        detail:
          'mode: role "one" says nothing, role "three" says "0600"\nowner: role "one" says nothing, role "three" says "ada"',
        hint: 'let one role own it, or make both say the same',
      },
    ])
  })

  test('never show content, which may be secret', () => {
    const problems = problemsOf(says('one', hello), says('two', file.present({ path: '/hello', content: 'pa55' })))
    expect(problems[0]?.detail).toBe('content: role "one" and role "two" do not say the same')
    expect(JSON.stringify(problems)).not.toMatch(/pa55|"hello"/)
  })

  test('are all told, also those in one role', () => {
    const [a, b] = [file.absent({ path: '/hello' }), directory.present({ path: '/d', mode: '0700' })]
    const problems = problemsOf(says('one', hello, a), says('two', directory.present({ path: '/d' })), says('three', b))
    expect(problems.map(({ message }) => message)).toEqual([
      'two descriptions of file:/hello disagree',
      'two descriptions of directory:/d disagree',
    ])
  })
})

group('a role that throws', () => {
  const broken = (what: unknown, line?: number) =>
    role(
      'broken',
      () => {
        throw what
      },
      line,
    )

  test('is told with its place and the stack, which begins with what was thrown', () => {
    const [problem] = problemsOf(broken(new TypeError("Cannot read 'x'"), 7))
    expect(problem).toMatchObject({
      code: 'role.failed',
      message: 'role "broken" threw while it described the host',
      position: { file: 'site.yml', line: 7 },
      detail: expect.stringMatching(/^TypeError: Cannot read 'x'\n +at /),
    })
  })

  test('may throw anything', () => {
    expect(problemsOf(broken('a word'))[0]).toMatchObject({ code: 'role.failed', detail: 'a word' })
    expect(problemsOf(broken(undefined))[0]).toMatchObject({ code: 'role.failed', detail: 'undefined' })
  })

  test('keeps what a template or a resource says, and where', () => {
    const inTemplate: Problem = { code: 'template.invalid', message: 'no "x"', position: { file: 'a.conf', line: 3 } }
    const [one, two] = problemsOf(
      broken(new FettleError(inTemplate), 7),
      role('wrong', () => [file.present({ path: 'relative', content: '' })], 9),
    )
    expect(one).toEqual(inTemplate)
    expect(two).toMatchObject({ code: 'resource.invalid', position: { file: 'site.yml', line: 9 } })
  })

  test('does not hide that others throw too', () => {
    const problems = problemsOf(broken(new Error('one')), says('fine', hello), broken(new Error('two')))
    expect(problems.map(({ detail }) => detail?.split('\n')[0])).toEqual(['Error: one', 'Error: two'])
  })
})
