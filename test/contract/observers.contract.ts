import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openStore, type StoreRequest } from '../../engine/store/database/index.ts'
import { claim, end, lastFailover, leave, lifetime, type Observer, tell } from '../../engine/store/observers.ts'

const observerOf = (name: string, cluster = 'shop/lab/main'): Observer => ({
  ...{ observer: name, cluster },
  who: `ada@${name}`,
})

const [one, two, three] = ['one', 'two', 'three'].map((name) => observerOf(name)) as [Observer, Observer, Observer]

const gone = { epoch: 3, gone: true }
const well = { epoch: 3, gone: false }
const wish = { epoch: 3, writer: 'db1', damping: 3600 }

/** What a store promises those who watch database clusters, wherever it is; `several` may have it open at once. */
export const observersContract = (name: string, fresh: () => StoreRequest, several: boolean): void => {
  describe(`${name}: observers contract`, () => {
    let request: StoreRequest
    let store: Database
    beforeEach(async () => {
      request = fresh()
      store = await openStore(request)
    })
    afterEach(() => store.close())

    /** As if so many seconds had passed by the store's clock. */
    const pass = (seconds: number) =>
      store.run(`
UPDATE fettle.observers SET seen = seen - interval '${seconds} seconds';
UPDATE fettle.failovers SET claimed = claimed - interval '${seconds} seconds', ended = ended - interval '${seconds} seconds'`)

    it('counts observers of the same cluster, and who of them agrees about the same promotion', async () => {
      await tell(store, one, gone)
      await tell(store, two, { ...gone, epoch: 2 })
      await tell(store, observerOf('stranger', 'shop/lab/other'), gone)
      expect(await tell(store, three, gone)).toEqual({ observers: 3, agreeing: 2, last: null })
      expect(await tell(store, three, well)).toEqual({ observers: 3, agreeing: 1, last: null })
    })

    it('forgets who was silent for long, and who has left', async () => {
      await tell(store, one, gone)
      await pass(lifetime + 1)
      await tell(store, two, gone)
      expect(await tell(store, three, gone)).toMatchObject({ observers: 2, agreeing: 2 })
      await leave(store, two)
      expect(await tell(store, three, gone)).toMatchObject({ observers: 1, agreeing: 1 })
    })

    it('gives the right to nobody without a majority, and not to one who does not hold it himself', async () => {
      await tell(store, one, gone)
      await tell(store, two, well)
      expect(await claim(store, one, wish)).toBeNull()
      await tell(store, three, gone)
      expect(await claim(store, two, wish)).toBeNull()
      expect(await claim(store, one, { ...wish, epoch: 4 })).toBeNull()
      expect(await claim(store, one, wish)).toBe(1)
    })

    it('gives it to one alone, and the same number when that one asks again', async () => {
      await tell(store, one, gone)
      await tell(store, two, gone)
      const number = await claim(store, one, wish)
      expect([await claim(store, two, wish), await claim(store, one, wish)]).toEqual([null, number])
      expect(await lastFailover(store, one.cluster)).toMatchObject({ number, epoch: 3, who: 'ada@one', outcome: null })
      await end(store, number ?? 0, 'failed', 'run-1')
      expect([await claim(store, one, wish), await claim(store, two, wish)]).toEqual([null, null])
      await pass(9999)
      await tell(store, two, gone)
      expect(await claim(store, two, wish)).toBeNull()
    })

    it('gives no second one for a while, and then with a higher number', async () => {
      await tell(store, one, gone)
      await end(store, (await claim(store, one, wish)) ?? 0, 'done', 'run-1')
      const later = { ...wish, epoch: 4, writer: 'db2' }
      await pass(3590)
      await tell(store, one, { ...gone, epoch: 4 })
      expect(await claim(store, one, later)).toBeNull()
      await pass(10)
      await tell(store, one, { ...gone, epoch: 4 })
      expect(await claim(store, one, later)).toBe(2)
    })

    it('lets one that touched nothing be tried again', async () => {
      await tell(store, one, gone)
      await tell(store, two, gone)
      await end(store, (await claim(store, one, wish)) ?? 0, 'refused', 'run-1')
      expect(await lastFailover(store, one.cluster)).toBeNull()
      expect(await claim(store, two, wish)).toBe(2)
    })

    it('remembers of other clusters by themselves', async () => {
      const other = observerOf('one', 'shop/lab/other')
      await tell(store, two, gone)
      expect(await claim(store, two, wish)).toBe(1)
      await tell(store, other, gone)
      expect(await claim(store, other, wish)).toBe(2)
    })

    if (several) {
      it('gives it to one of many who ask at the same moment', async () => {
        const all = Array.from({ length: 8 }, (_, number) => observerOf(`observer ${number}`))
        const stores = await Promise.all(all.map(() => openStore(request)))
        await Promise.all(stores.map((each, index) => tell(each, all[index] as Observer, gone)))
        const given = await Promise.all(stores.map((each, index) => claim(each, all[index] as Observer, wish)))
        await Promise.all(stores.map((each) => each.close()))
        expect(given.filter((number) => number !== null)).toHaveLength(1)
      })
    }
  })
}
