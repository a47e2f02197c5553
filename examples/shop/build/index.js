import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faults } from '../src/fault.js'
import { cataloguePage, productPage } from '../src/pages.js'
import { cataloguePdf } from './pdf.js'
import { checked } from './products.js'

/** Usage: node build/index.js. Makes `dist`, all that a release needs: the same sources make the same bytes. */
const root = fileURLToPath(new URL('../', import.meta.url))
const dist = `${root}dist/`

const read = (file) => readFileSync(root + file, 'utf8')

const write = (file, content) => {
  mkdirSync(dirname(dist + file), { recursive: true })
  writeFileSync(dist + file, content)
}

/** What this release shall do wrong; see src/fault.js. */
const chosenFault = () => {
  const fault = process.env.SHOP_FAULT || null
  if (fault && !faults.includes(fault)) throw new Error(`SHOP_FAULT: one of ${faults.join(', ')}`)
  return fault
}

const build = () => {
  const { version } = JSON.parse(read('package.json'))
  const fault = chosenFault()
  const products = checked(JSON.parse(read('data/products.json')))
  const css = read('styles/shop.css').replaceAll(/\n\s*/g, '')
  const style = `shop.${createHash('sha256').update(css).digest('hex').slice(0, 12)}.css`
  const pages = [
    ['index', cataloguePage(style, products)],
    ...products.map((product) => [`products/${product.id}`, productPage(style, product)]),
  ]

  rmSync(dist, { recursive: true, force: true })
  cpSync(`${root}src`, dist, { recursive: true })
  if (existsSync(`${root}node_modules`)) cpSync(`${root}node_modules`, `${dist}node_modules`, { recursive: true })
  for (const [path, page] of pages) write(`pages/${path}.html`, page)
  write(style, css)
  write('catalogue.pdf', cataloguePdf(products))
  write('products.json', JSON.stringify(products))
  write('contents.json', JSON.stringify({ style, pages: pages.map(([path]) => path) }))
  write('version', `${version}\n`)
  if (fault) write('fault.json', `${JSON.stringify({ fault })}\n`)
  write('package.json', `${JSON.stringify({ name: 'shop', version, type: 'module', private: true })}\n`)
  return `dist: version ${version}, ${pages.length} pages, ${style}${fault ? `, made to fail: ${fault}` : ''}`
}

try {
  process.stdout.write(`${build()}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
