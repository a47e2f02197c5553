import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, bare, target, told } from '../database-host.ts'

/** What will be there once the package is. */
const fresh = {
  version: '',
  closed: true,
  follows: false,
  databases: [{ name: 'shop', charset: 'utf8mb4', collation: 'utf8mb4_bin' }],
  tables: [],
  accounts: [],
  variables: {},
}

export default {
  declare: database.present({ server: target('mysql'), name: 'shop', collation: 'utf8mb4_bin' }),
  answers: answers(bare, 'mysql'),
  plan: {
    action: 'create',
    differences: [
      { what: 'database', from: null, to: 'shop' },
      { what: 'charset', from: null, to: 'utf8mb4' },
      { what: 'collation', from: null, to: 'utf8mb4_bin' },
    ],
    steps: [
      told('create database shop', 'beginning', ['CREATE DATABASE `shop` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;'], {
        ...bare,
        flavor: 'mysql',
        server: fresh,
      }),
    ],
  },
} satisfies Case
