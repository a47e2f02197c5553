import { powerLost } from '../faults/power.ts'

powerLost('mysql', 'sid')
