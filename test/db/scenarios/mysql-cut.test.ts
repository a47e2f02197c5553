import { networkCut } from '../faults/cut.ts'

networkCut('mysql', 'sid')
