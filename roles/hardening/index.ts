import { defineRole } from '../../engine/core/role.ts'
import { declarationsOf, standings } from './controls.ts'
import { HardeningSettings } from './settings.ts'

export default defineRole({
  name: 'hardening',
  summary:
    'Leaves attackers less: bans, limits of kernel and network, lists of what changes; each can be left out with a reason.',
  settings: HardeningSettings,
  resources: (context) => declarationsOf(context, context.settings.except),
  hardening: (context) => standings(context, context.settings.except),
})
