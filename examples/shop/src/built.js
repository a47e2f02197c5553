import { readFileSync } from 'node:fs'
import { served, servedMark } from './pages.js'

const read = (name) => readFileSync(new URL(name, import.meta.url))
const readText = (name) => read(name).toString('utf8')

export const readProducts = () => JSON.parse(readText('products.json'))

/** What the build has put beside this file. It never changes while the app runs, hence it is read once. */
export const readBuilt = ({ release, host }) => {
  const { style, pages } = JSON.parse(readText('contents.json'))
  const footer = served({ version: readText('version').trim(), release, host })
  const finished = (page) => page.replace(servedMark, footer)
  return {
    style,
    css: read(style),
    pdf: read('catalogue.pdf'),
    products: readProducts(),
    pages: new Map(pages.map((path) => [path, finished(readText(`pages/${path}.html`))])),
    finished,
  }
}
