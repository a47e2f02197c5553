import { describe, expect, test } from 'vitest'
import { classOf, classOfStatus, type Progress } from '../../load/generator/failure.ts'

const error = (code: string, message = code): NodeJS.ErrnoException => Object.assign(new Error(message), { code })

const connecting: Progress = { connected: false, reused: false, answered: false }
const fresh: Progress = { ...connecting, connected: true }
const kept: Progress = { ...fresh, reused: true }
const answered: Progress = { ...fresh, answered: true }

describe('the class of an error', () => {
  test.each([
    ['connect refused', connecting, error('ECONNREFUSED')],
    ['connect timeout', connecting, error('ETIMEDOUT')],
    ['unreachable', connecting, error('EHOSTUNREACH')],
    ['unreachable', connecting, error('ENETUNREACH')],
    ['reset', connecting, error('ECONNRESET')],
    ['other', connecting, error('ENOTFOUND')],
    ['reset', fresh, error('ECONNRESET', 'read ECONNRESET')],
    ['reset', fresh, error('EPIPE')],
    ['closed', fresh, error('ECONNRESET', 'socket hang up')],
    ['reset, kept alive', kept, error('ECONNRESET', 'read ECONNRESET')],
    ['closed, kept alive', kept, error('ECONNRESET', 'socket hang up')],
    ['timeout', fresh, error('ETIMEDOUT')],
    ['malformed', fresh, error('HPE_INVALID_CONSTANT')],
    ['malformed', answered, error('HPE_INVALID_CHUNK_SIZE')],
    ['truncated', answered, error('ECONNRESET', 'aborted')],
    ['truncated', { ...answered, reused: true }, error('ECONNRESET', 'read ECONNRESET')],
    ['other', fresh, error('ERR_UNHEARD_OF')],
  ] as const)('%s', (expected, progress, failure) => expect(classOf(failure, progress)).toBe(expected))
})

test.each([
  [404, 'status 4xx'],
  [429, 'status 4xx'],
  [500, 'status 500'],
  [502, 'status 502'],
  [503, 'status 503'],
  [302, 'status 302'],
])('status %i is counted as %s', (status, expected) => expect(classOfStatus(status)).toBe(expected))
