import type { FiringAlert } from '../../engine/rollout/monitoring/alerts.ts'
import { alignedText } from './aligned.ts'
import type { Look } from './look.ts'
import { visibleLine } from './visible.ts'

/** A line for each, and what to look at. */
export const alertsText = (alerts: readonly FiringAlert[], now: Date, look: Look): string => {
  if (alerts.length === 0) return 'Nothing is wrong that anybody watches.'
  const rows = alerts.map(({ name, severity, says, since, hint }) =>
    [severity, name, ageText(now.getTime() - since.getTime()), says, hint].map(visibleLine),
  )
  return alignedText(rows, look)
}

/** Of milliseconds, in the largest unit that it fills. */
const ageText = (age: number): string => {
  const minutes = Math.floor(age / 60_000)
  if (minutes < 1) return `${Math.max(0, Math.floor(age / 1000))} s`
  if (minutes < 120) return `${minutes} min`
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`
}
