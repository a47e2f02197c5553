import type { Case } from '../case.ts'
import { after, answersOf, edited, enforced, sound, started, written } from '../ufw-host.ts'

const accepting = ['-P INPUT ACCEPT', '-P FORWARD ACCEPT', '-P OUTPUT ACCEPT']
const found = {
  ...edited(sound, (line) => line.replace('ENABLED=yes', 'ENABLED=no')),
  kernel: { 4: accepting, 6: accepting },
}
const file = '/etc/ufw/ufw.conf'
const content = '# mine\nENABLED=no\n\nLOGLEVEL=low\n'

export default {
  declare: enforced,
  answers: answersOf(found, { [file]: content }),
  plan: {
    action: 'change',
    differences: [{ what: 'ENABLED', from: 'no', to: 'yes' }],
    steps: [written(file, content, '# mine\nENABLED=yes\n\nLOGLEVEL=low\n'), started(after(found))],
  },
} satisfies Case
