import { killedWithin } from '../faults/kill.ts'

killedWithin('failover', 'mysql', 'sid')
