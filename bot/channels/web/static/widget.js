// The chat on any page of an allowed site, by one tag:
//   <script src="https://chat.insurer.example/static/widget.js" data-title="在线客服" async></script>
// data-title, data-position (right, left), data-identity (what the site's server signed of its customer).
// window.ServiceChat: open(), close(), identify(token), logOut().
// Everything is in a shadow root: the page's styles do not come in, ours do not get out. Looks: CSS variables on
// <service-chat-widget>. The page's policy needs script-src, connect-src and img-src for our origin, and nothing inline.

(() => {
  const tag = document.currentScript
  const origin = new URL(tag.src).origin
  const { title = '在线客服', position = 'right', identity = '' } = tag.dataset
  const SEEN = 'service-chat.seen'
  const SESSION = 'service-chat.session'
  const FILES = ['chat.css', 'widget.css']
  if (window.ServiceChat) return // a tag that is there twice is one widget

  class Widget extends HTMLElement {
    constructor() {
      super()
      this.unread = new Set()
      this.chat = null
      this.root = this.attachShadow({ mode: 'open' })
    }

    async connectedCallback() {
      const [styles, page] = await Promise.all([
        Promise.all(FILES.map((name) => text(`/static/${name}`))),
        text('/'),
        import(`${origin}/static/chat.js`),
      ])
      this.root.adoptedStyleSheets = styles.map(sheet)
      this.#build(page)
      // Who has a conversation hears of answers while the panel is closed; nobody else costs the server anything.
      if (stored(SESSION)) this.#chat()
      this.dispatchEvent(new Event('ready'))
    }

    #build(page) {
      this.dataset.position = position
      this.launcher = make('button', { type: 'button', class: 'launcher', part: 'launcher', 'aria-expanded': 'false', 'aria-controls': 'panel' })
      this.label = make('span', { class: 'unseen' })
      this.badge = make('span', { class: 'badge', 'aria-hidden': 'true', hidden: '' })
      this.launcher.append(make('img', { src: `${origin}/static/mark.svg`, alt: '', width: 34, height: 34 }), this.label, this.badge)
      this.panel = make('div', { id: 'panel', class: 'panel', part: 'panel', role: 'dialog', 'aria-label': title, hidden: '' })
      this.markup = new DOMParser().parseFromString(page, 'text/html').querySelector('service-chat')
      this.root.append(this.panel, this.launcher)
      this.launcher.addEventListener('click', () => this.toggle())
      this.panel.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !event.isComposing) { event.stopPropagation(); this.close() }
      })
      this.#name()
    }

    // The page's own markup, with addresses that hold on another site too.
    #chat() {
      const chat = document.importNode(this.markup, true)
      chat.setAttribute('origin', origin)
      chat.identity = this.identity
      for (const node of chat.querySelectorAll('[src^="/"]')) node.src = origin + node.getAttribute('src')
      for (const node of chat.querySelectorAll('[href^="/"]')) node.href = origin + node.getAttribute('href')
      chat.querySelector('h1').textContent = title
      const close = make('button', { type: 'button', class: 'plain', part: 'close' })
      close.textContent = '收起'
      close.addEventListener('click', () => this.close())
      chat.querySelector('.top').append(close)
      chat.addEventListener('heard', ({ detail }) => this.#hear(detail))
      this.panel.append(chat)
      this.chat = chat
      // Also when nobody is named: what is kept here may be of somebody who has left.
      chat.identify(this.identity)
    }

    get isOpen() {
      return !this.panel.hidden
    }

    toggle() {
      if (this.isOpen) this.close()
      else this.open()
    }

    open() {
      this.panel.hidden = false
      this.launcher.setAttribute('aria-expanded', 'true')
      if (!this.chat) this.#chat()
      this.chat.focusField()
      this.unread.clear()
      if (this.chat.sync?.last) keep(SEEN, this.chat.sync.last)
      this.#name()
    }

    close() {
      this.panel.hidden = true
      this.launcher.setAttribute('aria-expanded', 'false')
      this.launcher.focus()
      this.#name()
    }

    identify(token) {
      this.identity = token
      this.chat?.identify(token)
    }

    async logOut() {
      this.identity = ''
      this.unread.clear()
      keep(SEEN, 0)
      this.#name()
      if (this.chat) await this.chat.logOut()
      else localStorage.removeItem(SESSION)
    }

    #hear({ last, seqs }) {
      if (this.isOpen && !document.hidden) {
        keep(SEEN, last)
        return
      }
      const seen = Number(stored(SEEN)) || 0
      for (const seq of seqs) if (seq > Math.max(seen, 1)) this.unread.add(seq)
      this.#name()
    }

    #name() {
      const count = this.unread.size
      const news = count ? `，${count} 条新消息` : ''
      this.label.textContent = this.isOpen ? `收起${title}` : `打开${title}${news}`
      this.badge.textContent = count > 99 ? '99+' : count
      this.badge.hidden = !count || this.isOpen
    }
  }

  async function text(path) {
    const response = await fetch(origin + path)
    if (!response.ok) throw new Error(`service-chat: ${path} ${response.status}`)
    return response.text()
  }

  function sheet(css) {
    const made = new CSSStyleSheet()
    made.replaceSync(css)
    return made
  }

  function make(name, attributes) {
    const node = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
    return node
  }

  function stored(key) {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }

  function keep(key, value) {
    try {
      localStorage.setItem(key, value)
    } catch { /* storage is off: what was read counts as unread after a reload */ }
  }

  customElements.define('service-chat-widget', Widget)
  const widget = document.createElement('service-chat-widget')
  widget.identity = identity
  const ready = new Promise((resolve) => widget.addEventListener('ready', resolve, { once: true }))
  const when = (deed) => ready.then(deed)
  window.ServiceChat = Object.freeze({
    open: () => when(() => widget.open()),
    close: () => when(() => widget.close()),
    identify: (token) => when(() => widget.identify(token)),
    logOut: () => when(() => widget.logOut()),
  })
  const place = () => document.body.append(widget)
  if (document.body) place()
  else addEventListener('DOMContentLoaded', place, { once: true })
})()
