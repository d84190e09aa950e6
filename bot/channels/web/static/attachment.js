// A file for the question that asks for one: chosen, named, sent with its progress, and said plainly when it fails.

import { ApiError } from './api.js'
import { uuid } from './outbox.js'

const MOST = 10 * 1024 * 1024
const KINDS = /\.(jpe?g|png|heic|heif|pdf)$/i
const TYPES = /^(image\/(jpeg|png|heic|heif)|application\/pdf)$/
const TOO_LARGE = '文件超过 10MB，请压缩一下，或分成几个再传。'
const WRONG_KIND = '只能传照片（jpg、png、heic）或 PDF，其他格式请先转一下。'
const EMPTY = '这个文件是空的，请重新选一个。'

export class Attachment {
  // on: {sent(seq), expired(session)}
  constructor(parts, api, on) {
    this.parts = parts
    this.api = api
    this.on = on
    this.chosen = null // {file, id}
    this.sending = false
    parts.choosefile.addEventListener('click', () => parts.file.click())
    parts.file.addEventListener('change', () => this.#choose(parts.file.files[0]))
    parts.sendfile.addEventListener('click', () => this.#send())
    parts.dropfile.addEventListener('click', () => this.drop())
  }

  // Shown while a file is asked for. One that is chosen or under way stays until it is sent or dropped.
  suit(kind) {
    this.wanted = kind === 'file'
    this.#show()
  }

  #show() {
    const { attach, choosefile, preview } = this.parts
    attach.hidden = !this.wanted && !this.chosen
    preview.hidden = !this.chosen
    choosefile.disabled = this.sending
  }

  #choose(file) {
    this.parts.file.value = '' // the same file may be chosen again
    if (!file) return
    this.#say('')
    const problem = refusal(file)
    this.chosen = problem ? null : { file, id: uuid() }
    if (problem) this.#say(problem)
    this.parts.filename.textContent = this.chosen ? `${file.name}（${size(file.size)}）` : ''
    this.#show()
    if (this.chosen) this.parts.sendfile.focus()
  }

  async #send() {
    if (!this.chosen || this.sending) return
    const { file, id } = this.chosen
    this.#busy(true)
    let session = null
    try {
      session = await this.api.ensure()
      const seq = await this.api.upload(session, { file, id }, (share) => this.#progress(share))
      this.#busy(false)
      this.drop()
      this.on.sent(seq)
    } catch (error) {
      this.#busy(false)
      if (!(error instanceof ApiError)) throw error
      // What never reached the server keeps its id: sent again it is stored once.
      this.#say(error.status ? error.message : `${error.message}可以再点一次“上传”。`)
      if (error.expired && session) this.on.expired(session)
    }
  }

  #busy(busy) {
    this.sending = busy
    const { sendfile, dropfile, progress } = this.parts
    sendfile.disabled = busy
    dropfile.disabled = busy
    progress.hidden = !busy
    if (busy) {
      this.#say('')
      this.#progress(0)
    }
    this.#show()
  }

  #progress(share) {
    this.parts.progress.value = share
    this.parts.progress.textContent = `${Math.round(share * 100)}%`
  }

  drop() {
    this.chosen = null
    this.parts.filename.textContent = ''
    this.#say('')
    this.#show()
  }

  #say(sentence) {
    this.parts.fileerror.textContent = sentence
    this.parts.fileerror.hidden = !sentence
  }
}

// What the server would refuse anyway is said before megabytes are sent.
function refusal(file) {
  if (!file.size) return EMPTY
  if (file.size > MOST) return TOO_LARGE
  return TYPES.test(file.type) || KINDS.test(file.name) ? '' : WRONG_KIND
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
