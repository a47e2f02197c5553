import { afterAll, describe, expect, it } from 'vitest'
import { openCouncil } from '../../cli/db/council.ts'
import { openStore, type StoreRequest } from '../../engine/store/database/index.ts'
import { startPostgres } from './support/postgres.ts'
import { embeddedStores } from './support/stores.ts'

const [embedded, server] = await Promise.all([embeddedStores(), startPostgres()])
afterAll(async () => {
  embedded.stop()
  await server.stop()
})

const observer = (name: string) => ({ observer: name, cluster: 'shop/lab/main', who: `ada@${name}` })
const gone = { epoch: 3, gone: true }
const wish = { epoch: 3, writer: 'db1', damping: 3600 }

describe('observers that share a server', () => {
  const onServer = (): StoreRequest => ({ folder: '/nowhere', holder: 'test', patience: 1, url: server.freshUrl() })

  it('hear of each other, and of who has left', async () => {
    const request = onServer()
    const one = await openCouncil(request, observer('one'))
    const two = await openCouncil(request, observer('two'))
    await one.tell(gone)
    expect(await two.tell(gone)).toMatchObject({ observers: 2, agreeing: 2 })
    const given = await Promise.all([one.claim(wish), two.claim(wish), one.tell(gone), two.tell(gone)])
    expect(given.slice(0, 2).sort()).toEqual([1, null])
    await one.leave()
    expect(await two.tell(gone)).toMatchObject({ observers: 1, last: { number: 1 } })
    await two.leave()
  })

  it('go on over another connection where theirs was lost', async () => {
    const request = onServer()
    const one = await openCouncil(request, observer('one'))
    await one.tell(gone)
    const store = await openStore(request)
    await store.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
    await expect(one.tell(gone)).rejects.toMatchObject({ code: 'store.failed' })
    expect(await one.tell(gone)).toMatchObject({ observers: 1 })
    await one.leave()
    await store.close()
  })
})

describe('an observer with the store in the site’s folder', () => {
  it('is alone, leaves it to others meanwhile, and remembers what it did before', async () => {
    const request = embedded.fresh()
    const one = await openCouncil(request, observer('one'))
    expect(await one.tell(gone)).toEqual({ observers: 1, agreeing: 1, last: null })
    expect(await one.claim(wish)).toBe(1)
    await one.end(1, 'done', 'run-1')
    await openStore(request).then((store) => store.close())
    const next = await openCouncil(request, observer('next'))
    expect(await next.tell(gone)).toMatchObject({ observers: 1, last: { number: 1, outcome: 'done' } })
    expect(await next.claim({ ...wish, epoch: 4 })).toBeNull()
  })
})
