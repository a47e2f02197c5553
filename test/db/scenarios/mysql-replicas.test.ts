import { badReplicas } from '../faults/replicas.ts'

badReplicas('mysql', 'sid')
