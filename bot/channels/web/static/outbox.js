// Messages on their way. Each has one id for all its tries, so that the server stores it once.
// What has not arrived is kept on our own page for this tab only (sessionStorage) and forgotten as soon as the server has it.
// On another site's page it is kept in memory: that storage is the site's, and what a customer wrote is not.

import { ApiError } from './api.js'

const KEY = 'service-chat.unsent'

export class Outbox {
  // on: {sending(entry), sent(entry, seq), failed(entry, error)}
  constructor(api, on) {
    this.api = api
    this.on = on
    this.entries = []
    this.storage = api.origin ? null : storage()
    this.kept = this.#read()
    this.turn = Promise.resolve()
  }

  // `text` is what the customer sees; `choice` is the id of a button, "" for typed text; `after` the last seq seen.
  add({ text, choice = '', after }) {
    const entry = { id: uuid(), text, choice, after, failed: false }
    this.entries.push(entry)
    this.#post(entry)
    return entry
  }

  retry(id) {
    const entry = this.entries.find((one) => one.id === id && one.failed)
    if (entry) this.#post(entry)
  }

  // After a reload: those under way are tried again with their old id, those that failed wait for the customer.
  restore(session) {
    const { conversation, entries = [] } = this.kept
    this.kept = {}
    if (conversation && conversation === session?.conversation_id) this.entries.unshift(...entries)
    this.#keep()
    for (const entry of entries) {
      if (!this.entries.includes(entry)) continue
      if (entry.failed) this.on.failed(entry, new ApiError(0, 'network', ''))
      else this.#post(entry)
    }
  }

  // The session is gone: typed texts can be sent again in the next one, buttons of the old one cannot.
  abandon() {
    this.entries = this.entries.filter((entry) => !entry.choice)
    for (const entry of this.entries) Object.assign(entry, { failed: true, after: 0 })
    this.#keep()
    return this.entries
  }

  clear() {
    this.entries = []
    this.#keep()
  }

  done(entry) {
    this.entries = this.entries.filter((one) => one.id !== entry.id)
    this.#keep()
  }

  // One at a time, in the order they were written.
  #post(entry) {
    entry.failed = false
    this.#keep()
    this.on.sending(entry)
    this.turn = this.turn.then(() => this.#try(entry)).catch(reportError) // a defect must not stop the next message
  }

  async #try(entry) {
    if (!this.entries.includes(entry) || entry.failed) return
    let session = null
    try {
      session = await this.api.ensure()
      if (!this.entries.includes(entry) || entry.failed) return // the conversation gave way to another
      this.#keep()
      const message = entry.choice ? { id: entry.id, choice: entry.choice } : { id: entry.id, text: entry.text }
      const seq = await this.api.send(session, message)
      this.done(entry)
      this.on.sent(entry, seq)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!this.entries.includes(entry)) return
      entry.failed = true
      this.#keep()
      this.on.failed(entry, error, session)
    }
  }

  // Only beside the conversation that it belongs to: whoever opens the page next may be somebody else.
  #keep() {
    try {
      const conversation = this.api.session?.conversation_id
      if (!this.entries.length || !conversation) this.storage?.removeItem(KEY)
      else this.storage?.setItem(KEY, JSON.stringify({ conversation, entries: this.entries }))
    } catch { /* storage is full: nothing survives a reload, everything else works */ }
  }

  #read() {
    try {
      return JSON.parse(this.storage?.getItem(KEY) ?? null) || {}
    } catch {
      return {}
    }
  }
}

// It may be switched off, and even asking for it then throws.
function storage() {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

// crypto.randomUUID exists only on https and localhost.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
