import { inOrder } from '../../../engine/core/plan.ts'
import type { Case } from '../case.ts'
import { answersOf, enforced, sound } from '../ufw-host.ts'

export default { declare: enforced, answers: answersOf(sound), plan: inOrder } satisfies Case
