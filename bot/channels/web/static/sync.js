// Follows a conversation: history first, then the event stream, and long poll where streams do not get through.
// Delivers every message after `last` at least once and in order; who shows them skips a `seq` it has.

import { ApiError } from './api.js'

const SILENCE = 45_000 // The server sends heartbeats more often than this.
const LONGEST_PAUSE = 15_000

export class Sync {
  // on: {messages(list, first), owner(name), online(bool), expired(session)}
  constructor(api, on) {
    this.api = api
    this.on = on
    this.last = 0
    this.wake = () => {}
    this.running = null
    this.following = null // the session whose conversation is shown
  }

  start() {
    this.running = new AbortController()
    this.#run(this.running.signal)
    addEventListener('online', this.#nudge)
    addEventListener('offline', this.#cut)
    document.addEventListener('visibilitychange', this.#nudge)
  }

  stop() {
    this.running?.abort()
    this.wake()
    removeEventListener('online', this.#nudge)
    removeEventListener('offline', this.#cut)
    document.removeEventListener('visibilitychange', this.#nudge)
  }

  restart() {
    this.stop()
    this.last = 0
    this.following = null
    this.start()
  }

  // Look now: a message that was accepted should have shown up, or the page has just come back to the front.
  async check() {
    const { signal } = this.running
    try {
      if (this.following) await this.#poll(this.following, 0, signal)
    } catch { /* the loop is the one that reports trouble */ }
  }

  #cut = () => this.on.online(false)

  #nudge = () => {
    if (document.hidden) return
    this.wake()
    this.check()
  }

  async #run(signal) {
    let pause = 0
    let weak = 0
    while (!signal.aborted) {
      let session = null
      try {
        session = await this.api.ensure()
        if (signal.aborted) return
        this.following = session
        await this.#poll(session, 0, signal)
        pause = 0
        weak = await this.#listen(session, weak, signal)
      } catch (error) {
        if (signal.aborted) return
        if (error.expired && session) {
          this.api.drop(session)
          this.on.expired(session)
          return
        }
        this.on.online(false)
        pause = Math.min(LONGEST_PAUSE, pause * 2 || 500)
        await this.#rest(Math.max(error.retryAfter * 1000 || 0, pause * (0.75 + Math.random() / 2)))
      }
    }
  }

  // Streams that break before they bring anything are given up for a while.
  async #listen(session, weak, signal) {
    if (weak < 2) {
      const began = performance.now()
      const good = await this.#follow(session, signal)
      if (performance.now() - began < 2000) await this.#rest(1000)
      return good ? 0 : weak + 1
    }
    for (let turn = 0; turn < 8 && !signal.aborted; turn += 1) await this.#poll(session, 20, signal)
    return 1
  }

  async #poll(session, wait, signal) {
    const page = await this.api.poll(session, this.last, wait, signal)
    if (signal.aborted) return
    this.on.online(true)
    this.#deliver(page.messages)
    this.on.owner(page.owner)
  }

  #deliver(messages) {
    const first = this.last === 0
    for (const { seq } of messages) this.last = Math.max(this.last, seq)
    if (messages.length || first) this.on.messages(messages, first)
  }

  // Returns whether the stream brought anything before it ended.
  async #follow(session, signal) {
    const link = new AbortController()
    const stop = () => link.abort()
    signal.addEventListener('abort', stop)
    let timer = setTimeout(stop, SILENCE)
    let good = false
    try {
      const body = await this.api.stream(session, this.last, link.signal)
      for await (const event of events(body, () => { clearTimeout(timer); timer = setTimeout(stop, SILENCE) })) {
        good = true
        if (signal.aborted) break
        if (event.name === 'owner') this.on.owner(ownerOf(event.data))
        else if (event.data) this.#deliver([JSON.parse(event.data)])
      }
    } catch (error) {
      if (error instanceof ApiError && error.expired) throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
    return good
  }

  #rest(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.wake = () => { clearTimeout(timer); resolve() }
    })
  }
}

function ownerOf(data) {
  return data.startsWith('{') ? JSON.parse(data).owner : data.replaceAll('"', '')
}

// Server-sent events as the HTML standard has them: fields, a blank line ends one, a colon begins a comment.
async function* events(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    alive()
    const blocks = (buffer + value.replaceAll('\r', '')).split('\n\n')
    buffer = blocks.pop()
    for (const block of blocks) {
      const event = { name: 'message', data: '' }
      for (const line of block.split('\n')) {
        const [, field, text] = /^([a-z]*): ?(.*)$/.exec(line) || []
        if (field === 'event') event.name = text
        if (field === 'data') event.data += (event.data && '\n') + text
      }
      yield event
    }
  }
}
