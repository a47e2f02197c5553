import type { Action } from '../../engine/core/plan.ts'
import type { Asks } from '../../engine/core/resource.ts'
import { type Look, paints } from './look.ts'

/** What can be done to a host: the riskiest first, and reloads last, as they come last. */
export type Kind = Action | Asks

export const kinds: readonly Kind[] = ['remove', 'replace', 'restart', 'change', 'run', 'create', 'reload']

export const headings: Readonly<Record<Kind, string>> = {
  remove: 'Remove',
  replace: 'Replace',
  restart: 'Restart',
  change: 'Change',
  run: 'Run',
  create: 'Create',
  reload: 'Reload',
}

const symbols: Readonly<Record<Kind, string>> = {
  remove: '  -',
  replace: '-/+',
  restart: '  !',
  change: '  ~',
  run: '  >',
  create: '  +',
  reload: '  *',
}

/** Three columns, readable without the colour. */
export const symbolOf = (kind: Kind, look: Look): string => {
  const paint = paints(look)
  const colors = {
    remove: paint.red,
    replace: paint.red,
    restart: paint.magenta,
    change: paint.yellow,
    run: paint.blue,
    create: paint.green,
    reload: paint.cyan,
  }
  return colors[kind](symbols[kind])
}
