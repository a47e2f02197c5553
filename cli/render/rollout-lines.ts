import type { Event } from '../../engine/core/event.ts'
import { type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import type { Said } from './said.ts'
import { visibleLine } from './visible.ts'

type OfRollout = Extract<Event, { readonly type: `release.${string}` | `rollout.${string}` | `wave.${string}` }>

export const isOfRollout = (event: Event): event is OfRollout => /^(release|rollout|wave)\./.test(event.type)

/** What a rollout adds to the lines that stay. */
export const ofRollout = (event: OfRollout, look: Look): Said => {
  const paint = paints(look)
  switch (event.type) {
    case 'wave.started':
      return { mark: '', label: paint.bold(`Wave ${event.number}: ${namesWithin(event.hosts, look.columns - 10)}`) }
    case 'rollout.reverting': {
      const label = paint.red(`${visibleLine(event.release)} is taken back`)
      return { mark: paint.red('  x'), label, more: visibleLine(event.problem.message) }
    }
    case 'release.placed':
    case 'release.live':
    case 'release.healthy':
    case 'release.removed': {
      const { app, release, host } = event
      const mark = event.type === 'release.removed' ? paint.dim('  -') : paint.green('  +')
      return { mark, label: visibleLine(`${app} ${release} ${event.type.slice('release.'.length)}`), host }
    }
    default:
      return event satisfies never
  }
}
