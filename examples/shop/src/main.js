import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { readBuilt } from './built.js'
import { dieIfMeantTo, ignoresStop, isNeverReady, startDelay } from './fault.js'
import { shopRoutes } from './routes/index.js'
import { shopServer } from './server.js'
import { basketSecret, database, host, port, release, shared } from './settings.js'
import { openStore } from './store.js'

const stopLimit = 25_000

let isReady = false
const built = readBuilt({ release, host })
const store = await openStore({ database, shared, built })
const routes = shopRoutes({ built, basketSecret, ...store, release, isReady: () => isReady })
const { server, stop } = shopServer({ routes, release, host })

const say = (text) => process.stdout.write(`${text}\n`)

const end = async (signal) => {
  if (ignoresStop) return say(`${signal}: ignored`)
  isReady = false
  say(`${signal}: finishing what runs`)
  await stop(stopLimit)
  await store.close()
  process.exit()
}
process.on('SIGTERM', end)
process.on('SIGINT', end)

if (!process.env.BASKET_SECRET) say('BASKET_SECRET is not set: baskets are known to this process alone')
server.listen(port)
await once(server, 'listening')
say(`release ${release} listens on port ${server.address().port}`)
dieIfMeantTo(shared)
await wait(startDelay)
isReady = !isNeverReady
say(isReady ? 'ready' : 'not ready')
