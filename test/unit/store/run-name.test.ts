import { expect, test } from 'vitest'
import { runName } from '../../../engine/store/run-name.ts'

test('names of runs sort as the runs happened, within one second as well', () => {
  const start = Date.parse('2026-11-26T12:00:00Z')
  const moments = [0, 1, 9, 10, 16, 255, 256, 999, 1000, 60_000, 86_400_000]
  const names = moments.map((after) => runName(new Date(start + after)))
  expect(names.toSorted()).toEqual(names)
  expect(names[5]).toMatch(/^20261126T120000-0ff[0-9a-f]{3}$/)
})
