import { describe, expectTypeOf, test } from 'vitest'
import { joined, type Secret, secretOf, type Text } from '../../engine/core/secret.ts'
import { file } from '../../engine/resources/file.ts'
import { user } from '../../engine/resources/user.ts'

const secret = secretOf('x')

describe('a secret', () => {
  test('is no string, and has none of its methods', () => {
    expectTypeOf(secret).not.toExtend<string>()
    // @ts-expect-error not text
    secret.length
    // @ts-expect-error not text
    secret.trim
    // @ts-expect-error not text
    const text: string = secret
    return text
  })

  test('may be content, and not what everybody sees', () => {
    file.present({ path: '/etc/key', content: secret })
    // @ts-expect-error a name is shown
    const named = () => file.present({ path: secret, content: '' })
    // @ts-expect-error a comment is shown
    const commented = () => user.present({ name: 'ada', comment: secret })
    return [named, commented]
  })

  test('makes what it is joined with text that may be secret', () => {
    expectTypeOf(joined`a ${secret}`).toEqualTypeOf<Text>()
    expectTypeOf<Text>().toEqualTypeOf<string | Secret>()
  })
})
