import type { Standing } from '../../engine/rollout/database/watch/news.ts'
import { momentText } from './clock-text.ts'
import { visibleLine } from './visible.ts'

/** One line: when, which cluster, what of it, and how that stands. */
export const watchText = (cluster: string, { subject, state, message }: Standing, at: number): string =>
  `${momentText(at, at)}  ${cluster}  ${subject} ${state}: ${visibleLine(message)}`
