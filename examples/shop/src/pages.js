import { html } from './html.js'

/** Stands in pages made by the build for what only the running app knows. */
export const servedMark = '<!-- served -->'

export const served = ({ version, release, host }) =>
  String(html`<span>version ${version}, release ${release}</span><span>served by ${host}</span>`)

export const money = (pence) => `£${(pence / 100).toFixed(2)}`

const page = (style, title, body) => `<!doctype html>
${html`<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – Tea &amp; Kettle</title>
<link rel="stylesheet" href="/${style}">
<header><a href="/">Tea &amp; Kettle</a><nav><a href="/catalogue.pdf">Catalogue</a> · <a href="/basket">Basket</a></nav></header>
<main><h1>${title}</h1>`}
${body}
</main>
<footer>${servedMark}</footer>
</html>
`

const addForm = ({ id }, quantity = 1) => html`<form method="post" action="/basket">
<input type="hidden" name="product" value="${id}">
<input type="number" name="quantity" min="0" max="99" value="${quantity}" aria-label="Quantity">
<button>Put into basket</button></form>`

const onShelf = (product) => html`<li><a href="/products/${product.id}">${product.name}</a>
<p class="price">${money(product.price)}</p></li>
`

export const cataloguePage = (style, products) =>
  page(style, 'Everything for a cup of tea', html`<ul class="shelf">${products.map(onShelf)}</ul>`)

export const productPage = (style, product) =>
  page(
    style,
    product.name,
    html`<p>${product.about}</p><p><strong>${money(product.price)}</strong></p>${addForm(product)}`,
  )

const row = ({ product, quantity }) => html`<tr><td>${product.name}</td><td>${addForm(product, quantity)}</td>
<td class="price">${money(product.price * quantity)}</td></tr>
`

export const basketPage = (style, { lines, total }, orderId) =>
  page(
    style,
    'Your basket',
    lines.length === 0
      ? html`<p>There is nothing in it yet.</p>`
      : html`<table>${lines.map(row)}<tr><th colspan="2">Total</th><td class="price">${money(total)}</td></tr></table>
<form method="post" action="/orders"><input type="hidden" name="id" value="${orderId}"><button>Order</button></form>`,
  )

export const orderPage = (style, { id, total }) =>
  page(style, 'Thank you', html`<p>Your order ${id} over ${money(total)} is <a href="/orders/${id}">with us</a>.</p>`)
