import { killedWithin } from '../faults/kill.ts'

killedWithin('switchover', 'mariadb', 'trixie')
