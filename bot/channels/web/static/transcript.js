// The transcript: one element a message, ordered by seq, those under way at the end.

import { appendText } from './links.js'

const NAMES = { bot: '智能客服', human: '人工客服', customer: '我', system: '' }
const SPOKEN = { bot: '机器人说：', human: '人工客服说：', customer: '我说：', system: '提示：' }
const APART = 5 * 60_000
const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: 'numeric', minute: '2-digit' })
const day = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric' })

export class Transcript {
  // on: {choice(button, message), retry(id)}
  constructor(log, on) {
    this.log = log
    this.on = on
    this.bySeq = new Map()
    this.pending = new Map() // outbox id -> element
  }

  clear() {
    this.log.replaceChildren()
    this.bySeq.clear()
    this.pending.clear()
  }

  // Shows what is new; returns the messages that were. `claims(message)` names the pending entry that a customer's
  // message from the server is, or null.
  show(messages, claims) {
    const fresh = messages.filter((message) => !this.bySeq.has(message.seq))
    for (const message of fresh) {
      const entry = message.from === 'customer' ? claims(message) : null
      if (entry) this.settle(entry, message.seq, message.at)
      else this.#place(this.#build(message), message.seq)
    }
    this.#refresh()
    return fresh
  }

  sending(entry) {
    const old = this.pending.get(entry.id)
    old?.remove()
    const node = old ?? this.#build({ from: 'customer', text: entry.text, choices: [], at: new Date().toISOString() })
    node.dataset.after = entry.after
    this.pending.set(entry.id, node)
    this.log.append(node)
    this.#state(node, '发送中')
    this.#refresh()
    return node
  }

  settle(entry, seq, at) {
    const node = this.pending.get(entry.id)
    this.pending.delete(entry.id)
    if (!node) return
    if (this.bySeq.has(seq)) {
      if (this.bySeq.get(seq) !== node) node.remove()
    } else {
      if (at) node.dataset.at = at
      this.#place(node, seq)
    }
    this.#state(node, '已送达')
    this.#refresh()
  }

  fail(entry, sentence) {
    const node = this.pending.get(entry.id) ?? this.sending(entry)
    this.#state(node, '')
    node.classList.add('unsent')
    const button = make('button', 'resend', '未送出·点此重发')
    button.type = 'button'
    if (sentence) button.title = sentence
    button.addEventListener('click', () => this.on.retry(entry.id), { once: true })
    node.querySelector('.state').after(button)
  }

  // The server will never take this message: no second try.
  reject(entry) {
    const node = this.pending.get(entry.id)
    this.pending.delete(entry.id)
    if (!node) return
    this.#state(node, '未送出')
    node.classList.add('unsent')
  }

  notice(text) {
    const last = this.log.lastElementChild
    if (last?.classList.contains('system') && !last.dataset.seq && last.querySelector('.text').textContent === text) return
    this.log.append(this.#build({ from: 'system', text, choices: [], at: new Date().toISOString() }))
    this.#refresh()
  }

  // The newest message, a pending one included; notices of the page itself do not count.
  newest() {
    const nodes = [...this.log.children].filter((node) => node.dataset.seq || node.dataset.from === 'customer')
    const node = nodes.at(-1)
    return node && { from: node.dataset.from, delivered: Boolean(node.dataset.seq) }
  }

  #build(message) {
    const node = make('div', `message ${message.from}`)
    node.dataset.from = message.from
    node.dataset.at = message.at
    const when = make('time', 'when')
    when.hidden = true
    const name = make('span', 'name', NAMES[message.from])
    name.setAttribute('aria-hidden', 'true')
    const text = make('div', 'text')
    text.dir = 'auto'
    text.append(make('span', 'unseen', SPOKEN[message.from]))
    if (message.from === 'customer') text.append(message.text)
    else appendText(text, message.text)
    node.append(when, name, text)
    if (message.choices?.length) node.append(this.#choices(message))
    if (message.from === 'customer') {
      const state = make('span', 'state')
      state.setAttribute('aria-live', 'off')
      node.append(state)
    }
    return node
  }

  #choices(message) {
    const group = make('div', 'choices')
    group.setAttribute('role', 'group')
    group.setAttribute('aria-label', '可选答复')
    for (const choice of message.choices) {
      const button = make('button', 'choice', choice.title)
      button.type = 'button'
      // Once: the second click of a double click finds no listener, and a new button in its place has one of its own.
      button.addEventListener('click', () => this.on.choice(choice), { once: true })
      group.append(button)
    }
    return group
  }

  #place(node, seq) {
    node.dataset.seq = seq
    this.bySeq.set(seq, node)
    // Without a seq: those under way come last, those that failed stay where they were written.
    const later = ({ dataset }) => (dataset.seq ? dataset.seq > seq : dataset.state === '发送中' || dataset.after >= seq)
    const next = [...this.log.children].find((one) => one !== node && later(one)) ?? null
    if (node.nextSibling !== next || node.parentNode !== this.log) this.log.insertBefore(node, next)
  }

  #state(node, words) {
    node.dataset.state = words
    node.classList.remove('unsent')
    node.querySelector('.resend')?.remove()
    node.querySelector('.state').textContent = words
  }

  // Times where a pause was, names where the speaker changes, buttons only below the customer's last word.
  #refresh() {
    const nodes = [...this.log.children]
    const lastWord = nodes.findLastIndex((node) => node.dataset.from === 'customer')
    let before = null
    nodes.forEach((node, index) => {
      const apart = !before || new Date(node.dataset.at) - new Date(before.dataset.at) > APART
      const when = node.querySelector('.when')
      when.hidden = !apart
      if (apart) label(when, node.dataset.at)
      node.classList.toggle('follows', !apart && before.dataset.from === node.dataset.from)
      for (const button of node.querySelectorAll('.choice')) button.disabled = index < lastWord
      before = node
    })
    nodes.forEach((node, index) => node.classList.toggle('lastword', index === lastWord))
  }
}

function label(when, at) {
  const moment = new Date(at)
  when.dateTime = at
  const today = day.format(moment) === day.format(new Date())
  when.textContent = `${today ? '今天' : day.format(moment)} ${clock.format(moment)}`
}

function make(tag, className, text = '') {
  const node = document.createElement(tag)
  node.className = className
  node.textContent = text
  return node
}
