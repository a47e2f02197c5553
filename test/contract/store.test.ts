import { afterAll } from 'vitest'
import { observersContract } from './observers.contract.ts'
import { storeContract } from './store.contract.ts'
import { startPostgres } from './support/postgres.ts'
import { embeddedStores } from './support/stores.ts'

const [embedded, server] = await Promise.all([embeddedStores(), startPostgres()])
afterAll(async () => {
  embedded.stop()
  await server.stop()
})

storeContract('embedded', embedded.fresh)
observersContract('embedded', embedded.fresh, false)

const onServer = () => ({ folder: '/nowhere', holder: 'the test', patience: 1, url: server.freshUrl() })
storeContract('on a server', onServer)
observersContract('on a server', onServer, true)
