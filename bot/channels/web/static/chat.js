// <service-chat>: wires the parts of the page. The markup is in index.html, so that the transcript is there first.

import { ChatApi } from './api.js'
import { Attachment } from './attachment.js'
import { Composer } from './composer.js'
import { Outbox } from './outbox.js'
import { Seen } from './seen.js'
import { Sync } from './sync.js'
import { Transcript } from './transcript.js'

const OWNERS = {
  bot: '机器人为您服务，随时可转人工',
  queue: '已在排队等人工，可以接着留言',
  human: '人工客服为您服务',
}
const OFFLINE = '网络已断开，正在重新连接…'
const EXPIRED = '会话已过期，已为您开始新的会话。之前受理的业务不受影响，凭编号可以继续查询。'
const JOINED = '人工客服已接入。'
const LATE = 4000
const AGAIN = 700

class ServiceChat extends HTMLElement {
  connectedCallback() {
    if (this.parts) return // moved to another place of the page
    this.parts = Object.fromEntries(Array.from(this.querySelectorAll('[data-part]'), (node) => [node.dataset.part, node]))
    this.owner = 'bot'
    this.online = true
    this.api = new ChatApi({
      origin: this.getAttribute('origin') ?? '',
      identity: () => this.identity ?? '',
      on: { changed: (before) => this.#change(before), stale: () => this.dispatchEvent(new Event('stale')) },
    })
    this.transcript = new Transcript(this.parts.log, {
      choice: (choice) => this.#say(choice.title, choice.id),
      retry: (id) => this.outbox.retry(id),
    })
    this.composer = new Composer(this.parts, (text) => this.#say(text))
    this.attachment = new Attachment(this.parts, this.api, {
      sent: (seq) => this.#look(seq),
      expired: (session) => { if (this.api.session?.token === session.token) this.sync.restart() },
    })
    this.outbox = new Outbox(this.api, {
      sending: (entry) => { this.transcript.sending(entry); this.#toEnd(); this.#due() },
      sent: (entry, seq) => this.#sent(entry, seq),
      failed: (entry, error, session) => this.#failed(entry, error, session),
    })
    this.seen = new Seen(this.api, () => this.atEnd && this.parts.scroller.clientHeight > 0)
    this.sync = new Sync(this.api, {
      messages: (messages, first) => this.#receive(messages, first),
      owner: (owner) => this.#handOver(owner),
      online: (online) => { this.online = online; this.#header() },
      expired: (session) => this.#expired(session),
    })
    this.#listen()
    this.parts.log.setAttribute('aria-busy', 'true')
    this.sync.start()
    this.#announce()
    this.#aim()
  }

  // The site says who is there, or that he has left. What another customer said goes at once, before the server is asked.
  async identify(identity) {
    const before = subjectOf(this.identity)
    const same = subjectOf(identity) === before
    this.identity = identity
    const { session } = this.api
    // Named so far by a session, or by the site before there could be one. What is written from now on is the next one's,
    // and must not go when his session comes.
    if ((session?.named || before) && !same) {
      if (session?.named) this.api.drop(session)
      this.#forget()
    } else if (session) {
      await this.api.ensure().catch(() => {}) // asked again before the next word is sent
    }
  }

  async logOut() {
    this.identity = ''
    const told = this.api.logOut()
    this.#forget()
    await told
  }

  // Somebody else may sit here: nothing of what was said, typed or chosen stays.
  #forget() {
    this.composer.restore('')
    this.attachment.drop()
    this.#reset(() => this.outbox.clear())
  }

  // Another conversation: what a named customer wrote stays with it; what was written before a login can be sent again.
  #change(before) {
    if (before.named) {
      this.#forget()
      return
    }
    this.#reset(() => {
      for (const entry of this.outbox.abandon()) this.transcript.fail(entry, '')
    })
  }

  focusField() {
    this.composer.focus()
  }

  async #announce() {
    const text = await this.api.banner()
    this.parts.event.textContent = text
    this.parts.event.hidden = !text
  }

  #listen() {
    for (const button of this.querySelectorAll('[data-say]')) {
      button.addEventListener('click', (event) => this.#say(button.dataset.say, '', event))
    }
    this.parts.renew.addEventListener('click', () => {
      if (confirm('开始新的会话？这里将不再显示本次对话，已受理的业务不受影响。')) this.#begin()
    })
    this.parts.log.addEventListener('click', (event) => {
      const link = event.target.closest('a[data-document]')
      if (!link) return
      event.preventDefault()
      this.#fetch(link)
    })
    this.parts.newer.addEventListener('click', () => { this.#toEnd(); this.#aim() })
    const { scroller } = this.parts
    this.atEnd = true
    scroller.addEventListener('scroll', () => {
      this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80
      if (!this.atEnd) return
      this.parts.newer.hidden = true
      this.seen.look()
    }, { passive: true })
    // The keyboard of a phone or a growing field takes room away: who was at the end stays there.
    new ResizeObserver(() => { if (this.atEnd) this.#toEnd(); this.seen.look() }).observe(scroller)
  }

  // The link works once: it is switched off while it is fetched, and on again only when nothing reached the server.
  async #fetch(link) {
    if (link.getAttribute('aria-disabled') === 'true') return
    link.setAttribute('aria-disabled', 'true')
    try {
      const address = URL.createObjectURL(await this.api.document(this.api.session, link.dataset.document))
      const save = document.createElement('a')
      save.href = address
      save.download = '电子保单.pdf'
      save.click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (error) {
      if (!error.status) link.removeAttribute('aria-disabled')
      this.transcript.notice(error.message)
    }
  }

  // A second click of a double click says nothing new.
  #say(text, choice = '', event = null) {
    const now = performance.now()
    if (event && (event.detail > 1 || (text === this.lastClick?.text && now - this.lastClick.at < AGAIN))) return
    if (event) this.lastClick = { text, at: now }
    this.outbox.add({ text, choice, after: this.sync.last })
    this.#aim(event)
  }

  #receive(messages, first) {
    const wasAtEnd = this.atEnd
    if (first) this.#restore()
    const fresh = this.transcript.show(messages, (message) => this.#claim(message))
    const asked = messages.findLast((message) => message.from === 'bot' || message.from === 'human')
    if (asked) this.#suit(asked.from === 'bot' ? asked.input : null)
    this.#due()
    if (!fresh.length) return
    const heard = fresh.filter((message) => message.from !== 'customer')
    this.dispatchEvent(new CustomEvent('heard', { detail: { last: this.sync.last, seqs: heard.map(({ seq }) => seq) } }))
    if (wasAtEnd) this.#toEnd()
    this.seen.show(fresh)
    if (!wasAtEnd && fresh.some((message) => message.from !== 'customer')) this.parts.newer.hidden = false
  }

  // With the history comes what was under way when the page was left.
  #restore() {
    this.parts.log.removeAttribute('aria-busy')
    this.outbox.restore(this.api.session)
  }

  #claim(message) {
    const mine = this.outbox.entries.filter((entry) => entry.text === message.text && message.seq > entry.after)
    const entry = mine.find((one) => !one.failed) ?? mine[0]
    if (entry) this.outbox.done(entry)
    return entry
  }

  #sent(entry, seq) {
    this.transcript.settle(entry, seq)
    this.#due()
    this.#look(seq)
  }

  // A proxy may hold the stream back: look for the message where it should be by now.
  #look(seq) {
    setTimeout(() => { if (this.sync.last < seq) this.sync.check() }, LATE)
  }

  // The field takes the shape of what is asked for.
  #suit(input) {
    this.composer.suit(input)
    this.attachment.suit(input?.kind)
  }

  #failed(entry, error, session) {
    if (error.expired && session) {
      if (this.api.session?.token === session.token) this.sync.restart()
      return
    }
    if ([400, 409, 413].includes(error.status)) {
      this.outbox.done(entry)
      this.transcript.reject(entry)
    } else {
      this.transcript.fail(entry, error.message)
    }
    if (error.status) this.transcript.notice(error.message)
    this.#due()
    if (this.atEnd) this.#toEnd()
  }

  // Of a named customer nothing is left for whoever sits here by now.
  #expired(session) {
    if (session.named) {
      this.#forget()
      this.transcript.notice(EXPIRED)
      return
    }
    this.#reset(() => {
      this.transcript.notice(EXPIRED)
      for (const entry of this.outbox.abandon()) this.transcript.fail(entry, '')
    })
  }

  #begin() {
    this.api.drop(this.api.session)
    this.#reset(() => this.outbox.clear())
    this.#aim()
  }

  #reset(prepare) {
    this.transcript.clear()
    this.seen.forget()
    this.#suit(null)
    this.owner = 'bot'
    this.#header()
    prepare()
    this.sync.restart()
  }

  #handOver(owner) {
    // The line in the header is not read aloud by itself; the transcript is.
    if (owner === 'human' && this.owner === 'queue') this.transcript.notice(JOINED)
    this.owner = owner
    this.#header()
    this.#due()
    if (this.atEnd) this.#toEnd()
  }

  #header() {
    const { owner } = this.parts
    const words = this.online ? OWNERS[this.owner] ?? OWNERS.bot : OFFLINE
    if (owner.textContent !== words) owner.textContent = words
    owner.dataset.owner = this.online ? this.owner : 'offline'
  }

  // The bot is due when the customer spoke last, the message has arrived and nobody else answers.
  #due() {
    const newest = this.transcript.newest()
    const due = this.owner === 'bot' && newest?.from === 'customer' && newest.delivered
    if (this.parts.typing.hidden === !due) return
    this.parts.typing.hidden = !due
    if (due && this.atEnd) this.#toEnd()
  }

  #toEnd() {
    const { scroller, newer } = this.parts
    const last = this.parts.log.lastElementChild
    // Of a message longer than the window show the beginning.
    if (last && last.offsetHeight > scroller.clientHeight && last.dataset.from !== 'customer') scroller.scrollTop = last.offsetTop
    else scroller.scrollTop = scroller.scrollHeight
    this.atEnd = true
    newer.hidden = true
  }

  // Back to the field, but never open a phone's keyboard unasked: there the transcript keeps the focus of a tapped button.
  #aim(event = null) {
    if (matchMedia('(hover: hover) and (pointer: fine)').matches || event?.detail === 0) this.composer.focus()
    else if (event) this.parts.log.focus({ preventScroll: true })
  }
}

// Whom a statement names. It is compared with another statement and believed in nothing: the server reads it.
function subjectOf(identity) {
  try {
    const bytes = atob(identity.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(bytes).sub
  } catch {
    return ''
  }
}

customElements.define('service-chat', ServiceChat)
