import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import { dependants, packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { apt } from '../../../engine/resources/apt.ts'
import type { Case } from '../case.ts'

const { resource, ...rest } = apt.installed({ name: 'nginx-common' })
const retired: Declaration = { ...rest, resource, spec: resource.retire?.('nginx-common') }
export default {
  declare: retired,
  answers: [
    effect(packages, 'nginx-common', { status: 'installed', version: '1.22.1-9', held: false, changedAt: 5 } as const),
    effect(unfinishedPackages, null, []),
    effect(dependants, 'nginx-common', ['nginx']),
    effect(packages, 'nginx', { status: 'installed', version: '1.22.1-9', held: false, changedAt: 5 } as const),
  ],
  plan: inOrder,
} satisfies Case
