import { killedWithin } from '../faults/kill.ts'

killedWithin('failover', 'mariadb', 'trixie')
