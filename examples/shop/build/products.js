const isAscii = (text) => /^[ -~]+$/.test(text)

const faultsOf = ({ id, name, about, price }, products) => [
  ...(/^[a-z][a-z-]*$/.test(id) ? [] : ['its id is not a word']),
  ...(products.filter((other) => other.id === id).length === 1 ? [] : ['its id is not its own']),
  ...(isAscii(name ?? '') && isAscii(about ?? '') ? [] : ['name and about are not ASCII text']),
  ...(Number.isInteger(price) && price > 0 ? [] : ['its price is not a number of pence']),
]

/** The products, if they can be sold; throws all that is wrong with them. */
export const checked = (products) => {
  const faults = products.flatMap((product) => faultsOf(product, products).map((fault) => `${product.id}: ${fault}`))
  if (products.length === 0) faults.push('there are no products')
  if (faults.length > 0) throw new Error(`data/products.json\n  ${faults.join('\n  ')}`)
  return products
}
