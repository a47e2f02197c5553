import { afterAll } from 'vitest'
import { storeContract } from './store.contract.ts'
import { startPostgres } from './support/postgres.ts'
import { embeddedStores } from './support/stores.ts'

const [embedded, server] = await Promise.all([embeddedStores(), startPostgres()])
afterAll(async () => {
  embedded.stop()
  await server.stop()
})

storeContract('embedded', embedded.fresh)
storeContract('on a server', () => ({ folder: '/nowhere', holder: 'the test', patience: 1, url: server.freshUrl() }))
