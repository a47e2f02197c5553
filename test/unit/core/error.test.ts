import { describe, expect, test } from 'vitest'
import { FettleError, type Problem, throwAll } from '../../../engine/core/error.ts'

const one: Problem = { code: 'role.unknown', message: 'there is no role "ngnix"', hint: 'did you mean "nginx"?' }
const other: Problem = { code: 'settings.invalid', message: 'port is not a number' }

const thrownBy = (problems: readonly Problem[]): unknown => {
  try {
    throwAll(problems)
  } catch (error) {
    return error
  }
}

describe('what is wrong in the user’s world', () => {
  test('is one problem', () => {
    const error = new FettleError(one)
    expect(error).toBeInstanceOf(Error)
    expect({ name: error.name, code: error.code, message: error.message, problems: error.problems }).toEqual({
      name: 'FettleError',
      code: 'role.unknown',
      message: 'there is no role "ngnix"',
      problems: [one],
    })
  })

  test('is all problems at once, in order', () => {
    const error = thrownBy([one, other])
    expect(error).toMatchObject({
      code: 'role.unknown',
      message: 'there is no role "ngnix"; port is not a number',
      problems: [one, other],
    })
  })

  test('is nothing where nothing was collected', () => expect(thrownBy([])).toBeUndefined())

  test('keeps what it came from', () => {
    const cause = new Error('ECONNRESET')
    expect(new FettleError(one, cause).cause).toBe(cause)
  })
})
