import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tidyArchives } from '../../../engine/release/tidy.ts'
import { newFolder } from './support.ts'

const hour = 60 * 60

test('the newest archives are kept, and those that somebody may still be making', async () => {
  const folder = newFolder()
  const ages = { 'v1-a.tar.gz': 50, 'v2-b.tar.gz': 40, 'v3-c.tar.gz': 30, '.x.tar.gz': 25, '.y.tar.gz': 1, notes: 90 }
  for (const [name, hours] of Object.entries(ages)) {
    const at = Date.now() / 1000 - hours * hour
    writeFileSync(join(folder, name), '')
    utimesSync(join(folder, name), at, at)
  }
  await tidyArchives(folder, 2)
  expect(readdirSync(folder).sort()).toEqual(['.y.tar.gz', 'notes', 'v2-b.tar.gz', 'v3-c.tar.gz'])
})
