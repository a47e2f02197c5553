import { expect, test } from 'vitest'
import { matchesVersion } from '../../../engine/resources/package-version.ts'

test.each([
  ['1.22.1-9', undefined, true],
  ['1.22.1-9', '1.22.1-9', true],
  ['1.22.1-9', '1.22.1', false],
  ['1.22.1-9', '1.22.*', true],
  ['1.220.1', '1.22.*', false],
  ['1x22y1', '1.22.1', false],
  ['4:12+b1', '4:12+*', true],
  ['4:12+b1', '*+b1', true],
])('%s is %s: %s', (version, pattern, expected) => expect(matchesVersion(version, pattern)).toBe(expected))
