import { groupBy } from '../../engine/core/group-by.ts'
import type { DriftEvent } from '../../engine/rollout/drift.ts'
import { timeText } from './clock-text.ts'
import { driftText } from './drift-text.ts'
import { type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import { problemText } from './problem-text.ts'
import { visibleLine } from './visible.ts'

type Of<Type extends DriftEvent['type']> = Extract<DriftEvent, { readonly type: Type }>

const ofType = <Type extends DriftEvent['type']>(news: readonly DriftEvent[], ...types: readonly Type[]) =>
  news.filter((event): event is Of<Type> => (types as readonly string[]).includes(event.type))

/** What is new since the look before; empty where nothing is. */
export const newsText = (news: readonly DriftEvent[], look: Look): string => {
  const [first] = news
  if (!first) return ''
  const parts = [
    goneText(ofType(news, 'host.gone'), look),
    backText(ofType(news, 'host.back'), look),
    mendedText(ofType(news, 'drift.mended'), look),
    driftText(ofType(news, 'drift.found', 'drift.changed'), look),
  ]
  return [paints(look).bold(timeText(first.at)), ...parts.filter((part) => part !== '')].join('\n')
}

export const goneText = (gone: readonly Of<'host.gone'>[], look: Look): string =>
  [...groupBy(gone, ({ problem }) => JSON.stringify({ ...problem, host: null })).values()]
    .map((same) => problemText((same[0] as Of<'host.gone'>).problem, look, { hosts: same.map(({ host }) => host) }))
    .join('\n')

const backText = (back: readonly Of<'host.back'>[], look: Look): string =>
  back.length === 0 ? '' : `${paints(look).bold('Back')}\n      ${hostsOf(back)}`

const mendedText = (mended: readonly Of<'drift.mended'>[], look: Look): string => {
  if (mended.length === 0) return ''
  const keys = groupBy(mended, ({ drift }) => drift.key)
  const lines = [...keys].map(([key, same]) => `  ${paints(look).green(' ok')} ${visibleLine(key)}  ${hostsOf(same)}`)
  return [paints(look).bold('As described again'), ...lines].join('\n')
}

const hostsOf = (events: readonly DriftEvent[]): string => namesWithin([...new Set(events.map(({ host }) => host))], 60)
