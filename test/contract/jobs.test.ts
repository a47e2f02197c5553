import { afterAll, expect, test } from 'vitest'
import { openStore } from '../../engine/store/database/index.ts'
import { claimFiring, registerJobs } from '../../engine/store/jobs/claim.ts'
import { jobsContract } from './jobs.contract.ts'
import { startPostgres } from './support/postgres.ts'
import { embeddedStores } from './support/stores.ts'

const [embedded, server] = await Promise.all([embeddedStores(), startPostgres()])
afterAll(async () => {
  embedded.stop()
  await server.stop()
})

const onServer = () => ({ folder: '/nowhere', holder: 'the test', patience: 1, url: server.freshUrl() })

jobsContract('embedded', embedded.fresh)
jobsContract('on a server', onServer)

test('of many who ask for the same firings at once, each is given to one', async () => {
  const request = onServer()
  const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(request)))
  const of = { site: 'shop', job: 'often', at: '* * * * * *', timezone: 'Etc/UTC' }
  await Promise.all(stores.map((store) => registerJobs(store, [of], new Date(0))))
  const came: string[] = []
  for (let number = 1; number <= 50; number++) {
    const answers = await Promise.all(
      stores.map((store, index) =>
        claimFiring(store, {
          ...{ of, scheduled: new Date(number * 1000), cause: 'clock', missed: 0, lease: -1, retryAfter: () => null },
          runner: { who: `${index}`, machine: 'here', process: { pid: index, began: null } },
        }),
      ),
    )
    came.push(
      answers
        .map((answer) => answer.came)
        .sort()
        .join(),
    )
    expect(answers.flatMap(({ interrupted }) => interrupted)).toHaveLength(number === 1 ? 0 : 1)
  }
  expect(new Set(came)).toEqual(new Set(['started,taken,taken,taken']))
  await Promise.all(stores.map((store) => store.close()))
})
