import { defineConfig } from 'vitest/config'

/** What injects faults, wherever it is. */
const faults = [
  'test/faults/!(boundaries).test.ts',
  'test/lab/safety/*.test.ts',
  'test/lab/firewall/safety.test.ts',
  'test/lab/bad-input/{disk,hostile,links,log-in,silence}.test.ts',
]

/** What stands beside others of its kind: not for `npm test`. */
const besides = process.env.FETTLE_EXTENT
  ? []
  : [
      'test/lab/{image,lab-life,practice-hosts,transport}.test.ts',
      'test/lab/access/operators.test.ts',
      'test/lab/bad-input/{approval,deploy,deploy-instances,deploy-upload,output}.test.ts',
      'test/lab/backup/{disaster,files}.test.ts',
      'test/lab/controller/controller.test.ts',
      'test/lab/deploy/served.test.ts',
      'test/lab/edge/*.test.ts',
      'test/lab/hardening/*.test.ts',
      'test/lab/monitoring/*.test.ts',
      'test/lab/patch/{by-themselves,restarts}.test.ts',
      'test/load/scenarios/{balancers,dying,few-hosts,killed-then-aborted,lost-hosts,patching,restarts}.test.ts',
      'test/lab/database/{cluster,endpoints,operations,refused,seeding,sql,versions}.test.ts',
      'test/lab/firewall/{datagrams,drift,topology}.test.ts',
      'test/faults/{host-clock,packages}.test.ts',
      'test/lab/provision/{announced,reactions,twin,validation,watch}.test.ts',
    ]

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,types}/**/*.test.ts'],
          testTimeout: 20_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'machine',
          include: ['test/{contract,oracle,terminal,cli,examples}/**/*.test.ts', 'test/load/generator/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          exclude: [...faults, ...besides],
          globalSetup: ['test/lab/global.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'faults',
          include: faults,
          exclude: besides,
          globalSetup: ['test/lab/global.ts', 'test/faults/global.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'boundaries',
          include: ['test/faults/boundaries.test.ts'],
          globalSetup: ['test/lab/global.ts', 'test/faults/global.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // One at a time: whether no request fails must not hang on what else a machine does.
        test: {
          name: 'load',
          include: ['test/load/scenarios/*.test.ts'],
          exclude: besides,
          globalSetup: ['test/lab/global.ts', 'test/load/global.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'db',
          include: [`test/db/scenarios/${process.env.FETTLE_EXTENT ? '*' : '{mariadb,shop}'}.test.ts`],
          globalSetup: ['test/lab/global.ts', 'test/db/global.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
