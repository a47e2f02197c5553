import { expect, test } from 'vitest'
import { imageName, newestImage } from '../../../engine/lab/image.ts'

const september = Date.UTC(2025, 8, 3, 23, 59)

test('an image is named after its recipe and the day of its making', () => {
  expect(imageName('bookworm-0123456789ab', september)).toBe('bookworm-0123456789ab-20250903')
})

test('the newest one of a recipe is found among others, leftovers and locks', () => {
  const names = [
    'bookworm-0123456789ab-20250903',
    'bookworm-0123456789ab-20250810',
    'bookworm-0123456789ab-20250920.building',
    'bookworm-0123456789ab-20250920.lock',
    'bookworm-ffffffffffff-20251001',
    'trixie-0123456789ab-20251001',
  ]
  expect(newestImage(names, 'bookworm-0123456789ab')).toEqual({
    name: 'bookworm-0123456789ab-20250903',
    builtAt: Date.UTC(2025, 8, 3),
  })
  expect(newestImage(names, 'sid-0123456789ab')).toBeNull()
})
