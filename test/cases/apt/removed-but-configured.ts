import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { noPackage, packages } from '../../../engine/facts/packages.ts'
import { apt } from '../../../engine/resources/apt.ts'
import type { Case } from '../case.ts'

export default {
  declare: apt.absent({ name: 'nginx' }),
  answers: [effect(packages, 'nginx', { ...noPackage, status: 'config-files' })],
  plan: inOrder,
} satisfies Case
