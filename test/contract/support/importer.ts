import { openStore } from '../../../engine/store/database/index.ts'
import { importJournals } from '../../../engine/store/import/import.ts'

/** Usage: importer.ts REQUEST FOLDER. Says when the store is open, and when all is imported. */
const [request = '', folder = ''] = process.argv.slice(2)
const store = await openStore(JSON.parse(request))
process.stdout.write('open\n')
await importJournals(store, folder)
process.stdout.write('done\n')
await store.close()
