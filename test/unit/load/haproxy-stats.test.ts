import { describe, expect, test } from 'vitest'
import { parseStats, troublesBetween } from '../../load/witness/stats.ts'

const head = '# pxname,svname,qcur,scur,stot,econ,eresp,wretr,wredis,status,hrsp_4xx,hrsp_5xx,last_chk,'
const stats = (...lines: string[]) => `${[head, ...lines].join('\n')}\n\n`

describe('show stat', () => {
  test('tells what has gone wrong, by the names of its columns', () => {
    const text = stats(
      'http,FRONTEND,,3,9,,,,,OPEN,2,1,,',
      'web,web1,0,1,8,4,5,6,7,UP,0,3,L7OK,',
      'web,BACKEND,0,1,8,4,5,6,7,UP,0,3,,',
    )
    const troubles = { econ: 4, eresp: 5, wretr: 6, wredis: 7, hrsp_5xx: 3 }
    expect(parseStats(text)).toEqual([
      { name: 'http/FRONTEND', status: 'OPEN', busy: 3, total: 9, troubles: { hrsp_5xx: 1 } },
      { name: 'web/web1', status: 'UP', busy: 1, total: 8, troubles },
      { name: 'web/BACKEND', status: 'UP', busy: 1, total: 8, troubles },
    ])
  })

  test('may quote a field', () => {
    const swapped = '# pxname,svname,last_chk,econ,status,\nweb,web1,"said ""no"", twice",9,DOWN,\n'
    expect(parseStats(swapped)).toEqual([
      { name: 'web/web1', status: 'DOWN', busy: 0, total: 0, troubles: { econ: 9 } },
    ])
  })

  test.each(['', 'Unknown command: "show stta"\n', 'web,web1,0,1,4\n'])('is not %j', (text) =>
    expect(() => parseStats(text)).toThrow('this is no "show stat"'),
  )
})

describe('between two looks', () => {
  const look = (econ: number, wretr: number) => parseStats(stats(`web,web1,0,1,8,${econ},0,${wretr},0,UP,0,0,L7OK,`))

  test.each([
    ['nothing has gone wrong', look(4, 1), look(4, 1), {}],
    ['counters have risen', look(4, 1), look(6, 1), { 'web/web1': { econ: 2 } }],
    ['a fresh worker has begun at zero', look(4, 7), look(1, 0), { 'web/web1': { econ: 1 } }],
    ['a server is new', [], look(0, 2), { 'web/web1': { wretr: 2 } }],
  ])('%s', (_, before, after, expected) => expect(troublesBetween(before, after)).toEqual(expected))
})
