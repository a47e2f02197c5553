import { expect, test } from 'vitest'
import { clockNotices } from '../../../engine/converge/clock.ts'

const now = 1_800_000_000
const told = (seconds: number) => clockNotices(now + seconds, now).map((line) => line.replace(/^its clock is /, ''))
const yet = 'behind ours: certificates of the site’s authority may not be valid yet to its programs'
const early = 'ahead of ours: certificates of the site’s authority may have ended already to its programs'

test.each([
  [0, []],
  [300, []],
  [-300, []],
  [-301, [`5 minutes ${yet}`]],
  [-7200, [`2 hours ${yet}`]],
  [86_400, [`24 hours ${early}`]],
  [-864_000, [`10 days ${yet}`]],
])('a clock that is %i seconds ahead: %j', (seconds, expected) => {
  expect(told(seconds)).toEqual(expected)
})
