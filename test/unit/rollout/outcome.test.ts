import { expect, test } from 'vitest'
import { type ErrorCode, FettleError } from '../../../engine/core/error.ts'
import { entryOutcomeOf, hostProblem, isOfDescription, onHost, outcomeOf } from '../../../engine/rollout/outcome.ts'

const problem = (code: ErrorCode) => ({ code, message: 'something is wrong' })

test.each<[ErrorCode, string, string]>([
  ['host.unreachable', 'unreachable', 'unreachable'],
  ['host.key.unknown', 'unreachable', 'unreachable'],
  ['host.key.changed', 'unreachable', 'unreachable'],
  ['host.key.revoked', 'unreachable', 'unreachable'],
  ['auth.refused', 'unreachable', 'unreachable'],
  ['auth.key', 'unreachable', 'unreachable'],
  ['become.refused', 'unreachable', 'unreachable'],
  ['become.password', 'unreachable', 'unreachable'],
  ['timeout', 'unreachable', 'failed'],
  ['connection.lost', 'unreachable', 'failed'],
  ['cancelled', 'cancelled', 'cancelled'],
  ['host.unsupported', 'failed', 'failed'],
  ['manifest.format', 'failed', 'failed'],
  ['fact.failed', 'failed', 'failed'],
  ['step.failed', 'failed', 'failed'],
  ['validation.failed', 'failed', 'failed'],
  ['not.converged', 'failed', 'failed'],
])('%s: a host is %s on the way in, %s later', (code, entering, later) => {
  expect([entryOutcomeOf(problem(code)), outcomeOf(problem(code))]).toEqual([entering, later])
})

test.each<[ErrorCode, boolean]>([
  ['role.failed', true],
  ['resource.conflict', true],
  ['resource.invalid', true],
  ['template.missing', true],
  ['template.invalid', true],
  ['settings.invalid', true],
  ['host.unreachable', false],
  ['step.failed', false],
  ['cancelled', false],
])('%s is of the description: %s', (code, expected) => expect(isOfDescription(problem(code))).toBe(expected))

test('a host’s problem is the first, and names it; a bug goes on its way', () => {
  const error = new FettleError([problem('step.failed'), problem('timeout')])
  expect(hostProblem(error, 'web1')).toEqual({ ...problem('step.failed'), host: 'web1' })
  expect(() => hostProblem(new TypeError('bug'), 'web1')).toThrow(TypeError)
})

test('an error is one of the host where it came up, unless it names another', () => {
  const bug = new TypeError('bug')
  const balancers = new FettleError({ ...problem('balancer.failed'), host: 'lb1' })
  expect(onHost(new FettleError(problem('timeout')), 'web1')).toMatchObject({ problems: [{ host: 'web1' }] })
  expect(onHost(balancers, 'web1')).toMatchObject({ problems: [{ host: 'lb1' }] })
  expect(onHost(bug, 'web1')).toBe(bug)
})
