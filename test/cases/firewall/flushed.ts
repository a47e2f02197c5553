import type { Case } from '../case.ts'
import { after, answersOf, enforced, sound, started } from '../ufw-host.ts'

const found = { ...sound, kernel: { ...sound.kernel, 6: ['-P INPUT ACCEPT', '-P FORWARD ACCEPT', '-P OUTPUT ACCEPT'] } }

export default {
  declare: enforced,
  answers: answersOf(found),
  plan: {
    action: 'change',
    differences: [{ what: 'in force', from: null, to: 'these rules' }],
    steps: [started(after(found))],
  },
} satisfies Case
