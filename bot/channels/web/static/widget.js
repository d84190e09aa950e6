// The chat on any page of an allowed site, by one tag:
//   <script src="https://chat.insurer.example/static/widget.js" data-title="在线客服" async></script>
// data-title, data-position (right, left), data-identity (what the site's server signed of its customer).
// window.ServiceChat: open(), close(), identify(token), logOut(). The element says "stale" when a statement is no good any more.
// Everything is in a shadow root: the page's styles do not come in, ours do not get out. Looks: CSS variables on
// <service-chat-widget>. The page's policy needs script-src, connect-src and img-src for our origin, and nothing inline.

(() => {
  const tag = document.currentScript
  const origin = new URL(tag.src).origin
  const { title = '在线客服', position = 'right', identity = '' } = tag.dataset
  const SEEN = 'service-chat.seen'
  const SESSION = 'service-chat.session'
  const FILES = ['chat.css', 'widget.css']
  const COVERS = matchMedia('(max-width: 520px), (max-height: 480px)') // as in widget.css: the panel fills the window
  const LONGEST_PAUSE = 60_000
  if (window.ServiceChat) { // a tag that is there twice, or a page that was swapped for another: it stays one widget
    window.ServiceChat.place()
    return
  }

  class Widget extends HTMLElement {
    constructor() {
      super()
      this.unread = new Set()
      this.chat = null
      this.root = this.attachShadow({ mode: 'open' })
    }

    connectedCallback() {
      this.started ??= this.#start()
    }

    // Tried until it works: a page stays open for hours, and its network comes and goes.
    async #start() {
      for (let pause = 2000; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
        try {
          const [styles, page] = await Promise.all([
            Promise.all(FILES.map((name) => text(`/static/${name}`))),
            text('/'),
            import(`${origin}/static/chat.js`),
          ])
          this.root.adoptedStyleSheets = styles.map(sheet)
          this.#build(page)
          break
        } catch (error) {
          console.warn(`service-chat: not loaded, tried again in ${pause / 1000} s`, error)
          await new Promise((resolve) => { setTimeout(resolve, pause) })
        }
      }
      this.#resume()
      this.dispatchEvent(new Event('ready'))
    }

    // Who has a conversation hears of answers while the panel is closed; nobody else costs the server anything. That of a
    // named customer waits for the site to name him.
    #resume() {
      const kept = session()
      if (!this.chat && kept && (!kept.named || this.identity)) this.#chat()
    }

    #build(page) {
      this.dataset.position = position
      this.launcher = make('button', { type: 'button', class: 'launcher', part: 'launcher', 'aria-expanded': 'false', 'aria-controls': 'panel' })
      this.label = make('span', { class: 'unseen' })
      this.badge = make('span', { class: 'badge', 'aria-hidden': 'true', hidden: '' })
      this.launcher.append(make('img', { src: `${origin}/static/mark.svg`, alt: '', width: 34, height: 34 }), this.label, this.badge)
      this.news = make('span', { class: 'unseen', role: 'status' })
      this.panel = make('div', { id: 'panel', class: 'panel', part: 'panel', role: 'dialog', 'aria-label': title, hidden: '' })
      this.markup = new DOMParser().parseFromString(page, 'text/html').querySelector('service-chat')
      this.root.append(this.panel, this.launcher, this.news)
      this.launcher.addEventListener('click', () => this.toggle())
      this.panel.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !event.isComposing) { event.stopPropagation(); this.close() }
        if (event.key === 'Tab' && COVERS.matches) this.#turn(event)
      })
      COVERS.addEventListener('change', () => this.#cover())
      this.#name()
    }

    // The page's own markup, with addresses that hold on another site too.
    #chat() {
      const chat = document.importNode(this.markup, true)
      chat.setAttribute('origin', origin)
      chat.identity = this.identity
      for (const node of chat.querySelectorAll('[src^="/"]')) node.src = origin + node.getAttribute('src')
      for (const node of chat.querySelectorAll('[href^="/"]')) node.href = origin + node.getAttribute('href')
      // The page that it stands on has its own main part and its own title.
      chat.querySelector('main').setAttribute('role', 'presentation')
      const heading = make('h2', { id: 'title' })
      heading.textContent = title
      chat.querySelector('h1').replaceWith(heading)
      const close = make('button', { type: 'button', class: 'plain', part: 'close' })
      close.textContent = '收起'
      close.addEventListener('click', () => this.close())
      chat.querySelector('.top').append(close)
      chat.addEventListener('heard', ({ detail }) => this.#hear(detail))
      chat.addEventListener('stale', () => this.dispatchEvent(new Event('stale')))
      this.panel.append(chat)
      this.chat = chat
    }

    // Where the panel is all there is to see, the focus stays in it.
    #cover() {
      if (this.isOpen && COVERS.matches) this.panel.setAttribute('aria-modal', 'true')
      else this.panel.removeAttribute('aria-modal')
    }

    #turn(event) {
      const stops = [...this.panel.querySelectorAll('a[href], button, textarea, input, [tabindex="0"]')]
        .filter((node) => node.checkVisibility() && !node.disabled && node.tabIndex >= 0)
      const [first, last] = [stops[0], stops.at(-1)]
      const { activeElement } = this.root
      if (event.shiftKey ? activeElement !== first : activeElement !== last) return
      event.preventDefault()
      const next = event.shiftKey ? last : first
      next?.focus()
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
      this.#see(this.chat.sync.last)
      this.#cover()
      this.#name()
    }

    close() {
      const inside = this.panel.contains(this.root.activeElement)
      this.panel.hidden = true
      this.launcher.setAttribute('aria-expanded', 'false')
      if (inside) this.launcher.focus() // who is busy elsewhere on the page stays there
      this.#cover()
      this.#name()
    }

    async identify(token) {
      this.identity = token
      this.unread.clear()
      this.#name()
      if (this.chat) await this.chat.identify(token)
      else this.#resume()
    }

    // Rejects when the server could not be told: then the conversation is still open on the customer's other devices.
    async logOut() {
      this.identity = ''
      this.unread.clear()
      this.#name()
      if (this.chat) {
        await this.chat.logOut()
        return
      }
      const { ChatApi } = await import(`${origin}/static/api.js`)
      await new ChatApi({ origin }).logOut()
    }

    #hear({ last, seqs }) {
      if (this.isOpen && !document.hidden) {
        this.#see(last)
        return
      }
      const [conversation, seen] = (stored(SEEN) ?? '').split(':')
      const from = conversation === this.chat.api.session?.conversation_id ? Number(seen) || 0 : 0
      for (const seq of seqs) if (seq > Math.max(from, 1)) this.unread.add(seq)
      this.#name()
    }

    #see(last) {
      const conversation = this.chat.api.session?.conversation_id
      if (conversation && last) keep(SEEN, `${conversation}:${last}`)
    }

    #name() {
      const count = this.unread.size
      const news = count ? `，${count} 条新消息` : ''
      this.label.textContent = this.isOpen ? `收起${title}` : `打开${title}${news}`
      this.badge.textContent = count > 99 ? '99+' : count
      this.badge.hidden = !count || this.isOpen
      const told = count && !this.isOpen ? `${title}有 ${count} 条新消息` : ''
      if (this.news.textContent !== told) this.news.textContent = told
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

  function session() {
    try {
      return JSON.parse(stored(SESSION))
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
  const place = () => { if (!widget.isConnected) document.body.append(widget) }
  window.ServiceChat = Object.freeze({
    place,
    open: () => when(() => widget.open()),
    close: () => when(() => widget.close()),
    identify: (token) => when(() => widget.identify(token)),
    logOut: () => when(() => widget.logOut()),
  })
  if (document.body) place()
  else addEventListener('DOMContentLoaded', place, { once: true })
})()
