const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (value) => String(value).replace(/[&<>"']/g, (character) => entities[character])

class Html {
  constructor(text) {
    this.text = text
  }
  toString() {
    return this.text
  }
}

const shown = (value) => {
  if (Array.isArray(value)) return value.map(shown).join('')
  return value instanceof Html ? value.text : escaped(value)
}

/** Markup. Whatever is put into it is escaped, unless it is markup itself. */
export const html = (strings, ...values) => new Html(String.raw({ raw: strings }, ...values.map(shown)))
