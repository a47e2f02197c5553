import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { packages } from '../../../engine/facts/packages.ts'
import { apt } from '../../../engine/resources/apt.ts'
import type { Case } from '../case.ts'

export default {
  declare: apt.installed({ name: 'nginx', version: '1.22.*' }),
  answers: [
    effect(packages, 'nginx', { status: 'installed', version: '1.22.1-9', held: false, changedAt: 5 } as const),
  ],
  plan: inOrder,
} satisfies Case
