import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Pool } from '../../../engine/core/rotation.ts'
import { readSeats } from '../../../engine/rollout/rotation/haproxy.ts'
import { type Balancer, Rotation } from '../../../engine/rollout/rotation/rotation.ts'

/** What HAProxy of Debian said right after a reload, with downloads that the old process has to finish. */
const captured = (name: string) => readFileSync(new URL(`./captured/haproxy-${name}.txt`, import.meta.url), 'utf8')

const brief = (output: string) =>
  readSeats(output).seats.map(
    ({ worker, current, server, status, check, busy }) =>
      `${current ? 'new' : 'old'} ${worker}: ${server} ${status} ${check} ${busy}`,
  )

describe('two processes after a reload', () => {
  test.each([
    [
      '2.6',
      [
        'new 1129: w1-3000 DRAIN L7OK 0',
        'new 1129: w1-3001 DRAIN L7OK 0',
        'old 997: w1-3000 UP L7OK 1',
        'old 997: w1-3001 UP L7OK 1',
      ],
    ],
    [
      '3.0',
      [
        'new 1176: w1-3000 DRAIN L7OK 0',
        'new 1176: w1-3001 DRAIN L7OK 0',
        'old 994: w1-3000 UP L7OK 1',
        'old 994: w1-3001 UP L7OK 1',
      ],
    ],
    ['3.2', ['new 595: s1 DRAIN L7OK 0', 'old 487: s1 UP L7OK 2']],
  ])('HAProxy %s: only the new one takes orders, and that is no refusal', (version, seats) => {
    expect(brief(captured(version))).toEqual(seats)
    expect(readSeats(captured(version)).refusals).toEqual([])
  })

  test('a server that the new one does not know is a refusal, told once', () => {
    expect(readSeats(captured('unknown')).refusals).toEqual(['No such server.'])
    expect(brief(captured('unknown'))).toContain('new 868: w1-3001 MAINT  0')
  })

  test('one that has gone since has no seats; where it was the new one, that is told', () => {
    const gone = (worker: number) =>
      captured('2.6').replace(
        new RegExp(`answers of ${worker}\n[^]*?(?=answers of|$)`),
        `answers of ${worker}\nCan't find the target PID matching the prefix '@!${worker}'\n\n`,
      )
    expect(readSeats(gone(997))).toMatchObject({ seats: [{ worker: 1129 }, { worker: 1129 }], refusals: [] })
    expect(readSeats(gone(1129)).refusals).toEqual(["Can't find the target PID matching the prefix '@!1129'"])
  })
})

test('where HAProxy does not run there are no seats, and nothing is refused', () => {
  expect(readSeats('')).toEqual({ seats: [], refusals: [] })
})

test.each([
  ['nothing', '', '', '', 0],
  ['requests', '3', '', '', 3],
  ['connections without a request yet', '', '2', '', 2],
  ['requests that wait for it', '1', '1', '4', 5],
])('busy: %s', (_, scur, used, qcur, busy) => {
  const header = '# pxname,svname,qcur,scur,status,check_status,used_conn_cur,'
  const output = `answers of 7\n${header}\nshop,a,${qcur},${scur},no check,* L7OK,${used},\n`
  expect(readSeats(output).seats).toEqual([
    { backend: 'shop', server: 'a', worker: 7, current: true, status: 'no check', check: 'L7OK', why: '', busy },
  ])
})

test('why a check failed is told in HAProxy’s words, whatever these hold', () => {
  const header = '# pxname,svname,qcur,scur,status,check_status,last_chk,used_conn_cur,'
  const [seat] = readSeats(`answers of 7\n${header}\nshop,a,0,0,DOWN,L6RSP,"he said ""no"", twice",3,\n`).seats
  expect(seat).toMatchObject({ check: 'L6RSP', why: 'he said "no", twice', busy: 3 })
})

/** Answers in turn; the last one from then on. `orders` are the states that were asked for, each once. */
const balancer = (...answers: readonly string[]) => balancerOf({}, ...answers)

const balancerOf = (more: Partial<Pool>, ...answers: readonly string[]) => {
  const orders: string[] = []
  let count = 0
  const answer = async (script: string) => {
    const state = /state (\w+)/.exec(script)?.[1] ?? 'look'
    if (orders.at(-1) !== state) orders.push(state)
    return answers[Math.min(count++, answers.length - 1)] ?? ''
  }
  const servers = [3000, 3001].map((port) => ({ name: `w1-${port}`, host: 'w1', address: '10.0.0.1', port }))
  const self: Balancer = { host: 'lb1', pools: [{ backend: 'shop', servers, ...more }], ask: answer, tell: answer }
  return { rotation: new Rotation([self]), orders, asked: () => count }
}

const seated = [3000, 3001].map((port) => ({ host: 'w1', port }))
/** The requests that servers are answering: the fifth column, and a later one. */
const idle = captured('2.6')
  .split('\n')
  .map((line) => {
    const counted = [4, 97]
    const cells = line.split(',')
    return line.startsWith('shop,') ? cells.map((cell, at) => (counted.includes(at) ? '0' : cell)).join(',') : line
  })
  .join('\n')
const out = idle.replaceAll(/,DRAIN,/g, ',MAINT,')
const refused = captured('unknown')

describe('taking out of rotation', () => {
  test('waits for what an old process has to finish, and not for that process', async () => {
    const { rotation, orders, asked } = balancer(captured('2.6'), captured('2.6'), idle, out)
    expect(await rotation.drain(seated, 60)).toBe(0)
    expect(orders).toEqual(['drain', 'maint'])
    expect(asked()).toBe(4)
  })

  test('where clients come back with a cookie they are out at once, for they would come to one that drains', async () => {
    const busy = captured('2.6').replaceAll(/,DRAIN,/g, ',MAINT,')
    const { rotation, orders, asked } = balancerOf({ sticky: true }, busy, busy, out, out)
    expect(await rotation.drain(seated, 60)).toBe(0)
    expect(orders).toEqual(['maint'])
    expect(asked()).toBe(4)
  })

  test('tells how many were still busy when the time was up', async () => {
    const { rotation } = balancer(captured('2.6'), out)
    expect(await rotation.drain(seated, 0)).toBe(2)
  })

  test('a balancer that does not know a server says so', async () => {
    const { rotation } = balancer(refused)
    await expect(rotation.drain(seated, 60)).rejects.toMatchObject({
      problems: [{ code: 'balancer.failed', host: 'lb1', detail: 'No such server.' }],
    })
  })

  test('one that only looks tells what a balancer does not have', async () => {
    const { rotation } = balancer(captured('3.2'), captured('2.6'))
    expect(await rotation.look(seated)).toMatchObject([{ unknown: ['shop/w1-3000', 'shop/w1-3001'] }])
    expect(await rotation.look(seated)).toMatchObject([{ unknown: [] }])
  })

  test('what nobody balances is out at once', async () => {
    const { rotation, asked } = balancer(captured('2.6'))
    expect(await rotation.drain([{ host: 'w2', port: 3000 }], 60)).toBe(0)
    expect(asked()).toBe(0)
  })
})

describe('putting into rotation', () => {
  const ill = captured('2.6').replaceAll(',L7OK,', ',L7STS,')
  const up = captured('2.6').replaceAll(/,DRAIN,/g, ',UP,')

  test('does not believe the check of before, when they were not out', async () => {
    const returning = captured('2.6').replaceAll(',DRAIN,', ',DRAIN 1/2,')
    const { rotation, orders, asked } = balancer(ill, returning, returning, captured('2.6'), captured('2.6'), up)
    await rotation.admit(seated)
    expect(orders).toEqual(['look', 'drain', 'ready'])
    expect(asked()).toBe(6)
  })

  test('has them checked first, then gives them requests; an old process has no say', async () => {
    const { rotation, orders, asked } = balancer(ill, ill, captured('2.6'), captured('2.6'), up)
    await rotation.admit(seated)
    expect(orders).toEqual(['look', 'drain', 'ready'])
    expect(asked()).toBe(5)
  })

  test('leaves those alone that are there', async () => {
    const { rotation, orders } = balancer(up)
    await rotation.admit(seated)
    expect(orders).toEqual(['look'])
  })
})
