import { powerLost } from '../faults/power.ts'

powerLost('mariadb', 'trixie')
