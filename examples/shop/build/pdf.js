const text = (value) => value.replace(/[\\()]/g, '\\$&')

const money = (pence) => `GBP ${(pence / 100).toFixed(2)}`

const pageStream = ({ name, price, about }) =>
  `BT /F1 28 Tf 72 720 Td (${text(name)}) Tj /F1 14 Tf 0 -36 Td (${text(about)}) Tj 0 -24 Td (${money(price)}) Tj ET`

const stream = (data) => `<< /Length ${data.length} >>\nstream\n${data}\nendstream`

/** One page a product: catalogue, page tree and font are the objects 1 to 3, then a page and its text in turn. */
const objectsOf = (products) => {
  const pages = products.map((_, index) => 4 + 2 * index)
  return [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((page) => `${page} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>',
    ...products.flatMap((product, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + 2 * index} 0 R ` +
        '/Resources << /Font << /F1 3 0 R >> >> >>',
      stream(pageStream(product)),
    ]),
  ]
}

/** The catalogue as PDF 1.4. Names and texts must be ASCII. */
export const cataloguePdf = (products) => {
  const objects = objectsOf(products)
  let body = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = body.length
    body += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  return (
    `${body}xref\n0 ${size}\n0000000000 65535 f \n${entries}` +
    `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  )
}
