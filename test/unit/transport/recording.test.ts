import { describe, expect, it } from 'vitest'
import { recording } from '../../../engine/transport/index.ts'

describe('the recording transport', () => {
  it('remembers every script and answers from a table, first match first', async () => {
    const session = recording([
      { when: /^stat /, answer: { stdout: 'file\n' } },
      { when: 'id', answer: { exit: 1, stderr: 'no such user\n' } },
      { when: '', answer: {} },
    ])
    expect(await session.run('stat /etc')).toEqual({ exit: 0, stdout: 'file\n', stderr: '', duration: 0 })
    expect(await session.run('id -u deploy')).toMatchObject({ exit: 1, stderr: 'no such user\n' })
    expect(await session.run('anything')).toMatchObject({ exit: 0, stdout: '' })
    expect(session.scripts).toEqual(['stat /etc', 'id -u deploy', 'anything'])
  })

  it('answers from a function, and tells the lines', async () => {
    const lines: string[] = []
    const session = recording((script) => ({ stdout: `${script}\nb` }))
    await session.run('a', { onLine: (line) => lines.push(line) })
    expect(lines).toEqual(['a', 'b'])
  })

  it('does not let an unforeseen script pass', async () => {
    await expect(recording([]).run('rm -rf /')).rejects.toThrow('no answer to this script:\nrm -rf /')
  })
})
