import { describe, expect, test } from 'vitest'
import { parseSource } from '../../../engine/inventory/parse-source.ts'

const read = (text: string): unknown => {
  const { source, problems } = parseSource('inventory', 'x.yml', text)
  expect(problems).toEqual([])
  return source.value
}

describe('values', () => {
  test.each([
    ['yes', true],
    ['Off', false],
    ['"yes"', 'yes'],
    ['', null],
    ['~', null],
    ['017', 15],
    ['08', '08'],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['1:30', 90],
    ['-1:30', -90],
    ['1.5e+3', 1500],
    ['1e3', '1e3'],
    ['.5', 0.5],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['2001-01-01', '2001-01-01'],
    ['12345678901234567890', '12345678901234567890'],
    ['10.0.0.1', '10.0.0.1'],
    ['!!str 17', '17'],
    ['!unsafe "{{ x }}"', '{{ x }}'],
  ])('%s is %j', (text, value) => {
    expect(read(`x: ${text}\n`)).toEqual({ x: value })
  })

  test('own keys win over merged ones, and earlier merges over later ones', () => {
    const text = 'a: &a {k: 1, l: 1}\nb: &b {k: 2, m: 2}\nc: {l: 3, <<: [*a, *b]}\n'
    expect(read(text)).toMatchObject({ c: { k: 1, l: 3, m: 2 } })
  })

  test('an anchor may be given again; an alias means the last one', () => {
    expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 })
  })
})

describe('mistakes', () => {
  test.each([
    ['a: 1\nb: [\n', 'inventory.syntax', 3],
    ['a: 1\n b: 2\n', 'inventory.syntax', 1],
    ['a: 1\n---\nb: 2\n', 'inventory.syntax', 2],
    ['a: 1\nb: 2\na: 3\n', 'duplicate key "a"', 3],
    ['a: {b: 1, b: 2}\n', 'duplicate key "b"', 1],
    ['a: *b\n', 'inventory.syntax', 1],
    ['a: &a\n  b: *a\n', '*a contains itself', 2],
    ['a:\n  <<: 3\n', '"<<" merges mappings only', 2],
    ['a:\n  __proto__: {x: 1}\n', '"__proto__" cannot be a key', 2],
    ['a:\n  [1, 2]: x\n', 'a key must be a plain word or a number', 2],
    ['a: !vault |\n  3162\n', 'this is not what Ansible Vault encrypts to', 1],
    ['a: !!binary aGk=\n', 'unknown YAML tag "!!binary"', 1],
    ['a: !python/object {}\n', 'unknown YAML tag "!python/object"', 1],
    ['$ANSIBLE_VAULT;1.1;AES256\n3162\n', 'inventory.invalid', 1],
  ])('%j', (text, said, line) => {
    const { problems } = parseSource('inventory', 'x.yml', text)
    expect(problems).toHaveLength(1)
    expect([problems[0]?.message, problems[0]?.code]).toContain(said)
    expect(problems[0]?.position).toMatchObject({ file: 'x.yml', line })
  })

  test('a merged prototype stays an ordinary mistake', () => {
    parseSource('inventory', 'x.yml', '__proto__: {polluted: true}\n')
    expect({}).not.toHaveProperty('polluted')
  })

  test('site.yml has its own code', () => {
    expect(parseSource('site', 'site.yml', 'a: 1\na: 2').problems[0]?.code).toBe('site.syntax')
  })

  test('frames do not show passwords', () => {
    const text = 'ansible_password: hunter2\nb: 1\nb: {api_token: s3cret, c: 1}\n'
    const frame = parseSource('inventory', 'x.yml', text).problems[0]?.frame ?? ''
    expect(frame).toContain('> 3 | b: {api_token: ********, c: 1}')
    expect(parseSource('inventory', 'x.yml', 'ansible_password: hunter2\na: *x').problems[0]?.frame).not.toContain(
      'hunter2',
    )
  })
})
