// The chat API over fetch. The browser keeps only a server-signed token; everything else comes from the server.

const KEY = 'service-chat.session'
const SENTENCES = {
  network: '网络不通，消息没有送出。',
  timeout: '等待超时，消息没有送出。',
  413: '这条消息太长了，请分几次发送（每条最多 2000 字）。',
  429: '发送得太快了，请稍等几秒再试。',
}
const UPLOAD = {
  network: '网络不通，文件没有送出。',
  timeout: '等待超时，文件没有送出。',
}

export class ApiError extends Error {
  // `status` 0 means that no answer came: the request may or may not have had its effect.
  constructor(status, code, sentence, retryAfter = 0) {
    super(sentence)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }

  get expired() {
    return this.status === 401 || this.code === 'conversation_not_found'
  }
}

export class ChatApi {
  // `origin` '' is the page's own; the widget stands on another site. `identity()` gives what that site signed of who is
  // there, or ''. on: {changed(before)}: the conversation gave way to another; {stale()}: the statement is no good any more.
  constructor({ origin = '', identity = () => '', on = {} } = {}) {
    this.origin = origin
    this.base = `${origin}/api/chat`
    this.identity = identity
    this.on = on
    this.session = load()
    this.agreedFor = this.session?.named ? null : ''
    this.opening = null
  }

  // The session that may be shown and written in, opened if there is none. One that was a named customer's is that only
  // after the site has named him again on this page: the device may be in other hands by now.
  // Several callers share one request, several tabs one session.
  async ensure() {
    while (!this.session || this.agreedFor !== this.identity()) {
      this.opening ??= alone(() => this.#open(this.identity())).finally(() => { this.opening = null })
      await this.opening
    }
    return this.session
  }

  async #open(identity) {
    const mine = this.session
    const before = load() ?? mine
    if (before && !before.named && !identity) this.session = before
    else this.session = await this.#openAs(identity, before)
    this.agreedFor = identity
    save(this.session)
    if (mine && mine.conversation_id !== this.session.conversation_id) this.on.changed?.(mine)
  }

  // An anonymous conversation becomes the named customer's, or gives way to the one he has.
  // A statement that is no good any more does not keep anybody from asking: he stays, or becomes, anonymous.
  async #openAs(identity, before) {
    try {
      const { body } = await this.#request('POST', '/sessions', { seconds: 15, body: identity ? { identity } : {}, session: before })
      return { conversation_id: body.conversation_id, token: body.token, named: Boolean(identity) }
    } catch (error) {
      if (error.code !== 'identity_invalid') throw error
    }
    this.on.stale?.()
    if (before && !before.named) return before
    const { body } = await this.#request('POST', '/sessions', { seconds: 15, body: {} })
    return { conversation_id: body.conversation_id, token: body.token, named: false }
  }

  // Forgotten here at once; then every token of a named customer's conversation ends, here and on other devices.
  // Throws ApiError when the server could not be told.
  async logOut() {
    const { session } = this
    this.drop(session)
    if (!session?.named) return
    for (let pause = 500; ; pause *= 3) {
      try {
        await this.#request('POST', '/logout', { seconds: 15, session })
        return
      } catch (error) {
        if (error.expired) return // they have ended already
        if (pause > 5000) throw error
      }
      await new Promise((resolve) => { setTimeout(resolve, pause) })
    }
  }

  // Forget a session that the server no longer knows, unless another tab has already replaced it.
  drop(session) {
    if (this.session?.token === session?.token) this.session = null
    if (load()?.token === session?.token) save(null)
  }

  // What everybody is to see while event mode is on; '' when there is nothing or it can't be had.
  async banner() {
    try {
      return (await this.#request('GET', '/banner', { seconds: 10 })).body.text
    } catch {
      return ''
    }
  }

  async send(session, message) {
    const { body } = await this.#request('POST', '/messages', { seconds: 15, body: message, session })
    return body.seq
  }

  async saw(session, seq) {
    await this.#request('POST', '/seen', { seconds: 15, body: { seq }, session })
  }

  async poll(session, after, wait, signal) {
    const path = `/messages?after=${after}&wait=${wait}`
    return (await this.#request('GET', path, { seconds: wait + 12, session, signal })).body
  }

  async stream(session, after, signal) {
    const headers = { Authorization: `Bearer ${session.token}`, Accept: 'text/event-stream' }
    const response = await fetch(`${this.base}/stream?after=${after}`, { headers, signal, cache: 'no-store' })
    if (!response.ok) throw await refusal(response)
    return response.body
  }

  // A file for the open question; `progress` hears the share that has left, 0 to 1. fetch cannot tell it.
  upload(session, { file, id }, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('POST', `${this.base}/files`)
      request.responseType = 'json'
      request.timeout = 150_000
      request.setRequestHeader('Authorization', `Bearer ${session.token}`)
      request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
      request.setRequestHeader('X-Message-Id', id)
      request.setRequestHeader('X-File-Name', encodeURIComponent([...file.name].slice(-100).join('')))
      request.upload.addEventListener('progress', (event) => { if (event.total) progress(event.loaded / event.total) })
      const lost = (code) => () => reject(new ApiError(0, code, UPLOAD[code]))
      request.addEventListener('error', lost('network'))
      request.addEventListener('abort', lost('network'))
      request.addEventListener('timeout', lost('timeout'))
      request.addEventListener('load', () => {
        const body = request.response || {}
        if (request.status < 300) resolve(body.seq)
        else reject(new ApiError(request.status, body.code || '', body.message || '系统繁忙，文件没有送出，请稍后再试。'))
      })
      request.send(file)
    })
  }

  // A document that works once, as a Blob.
  async document(session, path) {
    const headers = { Authorization: `Bearer ${session.token}` }
    let response
    try {
      response = await fetch(this.origin + path, { headers, cache: 'no-store' })
    } catch {
      throw new ApiError(0, 'network', '网络不通，没有下载成功，请再试一次。')
    }
    if (!response.ok) throw await refusal(response)
    return response.blob()
  }

  async #request(method, path, { body, seconds, session, signal }) {
    const headers = {}
    if (session) headers.Authorization = `Bearer ${session.token}`
    if (body) headers['Content-Type'] = 'application/json'
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), seconds * 1000)
    const stop = () => limit.abort()
    signal?.addEventListener('abort', stop)
    try {
      const response = await fetch(this.base + path, {
        method, headers, signal: limit.signal, cache: 'no-store', keepalive: path === '/logout', body: body && JSON.stringify(body),
      })
      if (!response.ok) throw await refusal(response)
      return { status: response.status, body: response.status === 204 ? {} : await response.json() }
    } catch (error) {
      if (error instanceof ApiError) throw error
      const code = limit.signal.aborted ? 'timeout' : 'network'
      throw new ApiError(0, code, SENTENCES[code])
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }
}

async function refusal(response) {
  const { status } = response
  const body = await response.json().catch(() => ({}))
  const sentence = SENTENCES[status] || (status < 500 && body.message) || '系统繁忙，消息没有送出。'
  return new ApiError(status, body.code || '', sentence, Number(response.headers.get('Retry-After')) || 0)
}

function alone(open) {
  return navigator.locks ? navigator.locks.request(KEY, open) : open()
}

// Storage may be switched off: then the session lives as long as the page.
function load() {
  try {
    const session = JSON.parse(localStorage.getItem(KEY))
    return session?.token ? session : null
  } catch {
    return null
  }
}

function save(session) {
  try {
    if (session) localStorage.setItem(KEY, JSON.stringify(session))
    else localStorage.removeItem(KEY)
  } catch { /* as above */ }
}
