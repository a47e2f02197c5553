import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, server, target, told } from '../database-host.ts'

const after = { name: 'shop', charset: 'utf8mb4', collation: '' }

export default {
  declare: database.present({ server: target(), name: 'shop' }),
  answers: answers(objects(server)),
  plan: {
    action: 'create',
    differences: [
      { what: 'database', from: null, to: 'shop' },
      { what: 'charset', from: null, to: 'utf8mb4' },
    ],
    steps: [
      told(
        'create database shop',
        'beginning',
        ['CREATE DATABASE `shop` CHARACTER SET utf8mb4;'],
        objects({ ...server, databases: [...server.databases, after] }),
      ),
    ],
  },
} satisfies Case
