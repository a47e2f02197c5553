import type { Control, Standing } from '../../engine/core/hardening.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { access } from './access.ts'
import { accounts } from './accounts.ts'
import { auditing } from './auditing.ts'
import type { Context, HardeningControl } from './control.ts'
import { files } from './files.ts'
import { intrusion } from './intrusion.ts'
import { kernel } from './kernel.ts'
import { network } from './network.ts'
import { packages } from './packages.ts'

/** All of them, by what they are about. */
export const controls: readonly HardeningControl[] = [
  ...access,
  ...accounts,
  ...intrusion,
  ...files,
  ...packages,
  ...network,
  ...auditing,
  ...kernel,
]

type Exceptions = Readonly<Record<string, string | undefined>>

/** Why a control is nothing on this host; null where it is. */
const leftOut = (control: HardeningControl, { settings, host }: Context, except: Exceptions): Standing | null => {
  const reason = except[control.name]
  if (reason !== undefined) return { is: 'excepted', reason }
  if (control.onRequest?.isAsked(settings) === false)
    return { is: 'excepted', reason: `only on request: hardening.${control.onRequest.setting}` }
  return control.machine && host.facts.container ? { is: 'machine' } : null
}

/** What makes of a host what its controls say. */
export const declarationsOf = (context: Context, except: Exceptions): readonly Declaration[] =>
  controls.flatMap((control) => (leftOut(control, context, except) ? [] : control.resources(context)))

/** How each control is meant on a host. */
export const standings = (context: Context, except: Exceptions): readonly Control[] =>
  controls.map((control) => {
    const { name, title, why, reference } = control
    const standing = leftOut(control, context, except) ?? {
      is: 'applies',
      keys: control.resources(context).map(({ key }) => key),
    }
    return { name, title, why, ...(reference !== undefined && { reference }), standing }
  })
