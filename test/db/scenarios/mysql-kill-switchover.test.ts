import { killedWithin } from '../faults/kill.ts'

killedWithin('switchover', 'mysql', 'sid')
