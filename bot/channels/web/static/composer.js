// The field: Chinese input methods, the 2,000 character limit, and the shape that suits what was asked.

const LIMIT = 2000
const NEAR = 1800
// What a paste may bring along and the server refuses: control characters other than line break and tab.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
const HINTS = {
  name: { placeholder: '请输入姓名' },
  phone: { placeholder: '请输入 11 位手机号', mode: 'numeric' },
  otp: { placeholder: '请输入 6 位验证码', mode: 'numeric', autocomplete: 'one-time-code' },
  number: { placeholder: '请输入数字', mode: 'numeric' },
  amount: { placeholder: '请输入金额（元）', mode: 'decimal' },
  id_number: { placeholder: '请输入身份证号' },
  date: { placeholder: '例如：11月23日', picker: 'date' },
  datetime: { placeholder: '例如：今天 8:20', picker: 'datetime-local' },
  choice: { placeholder: '点上面的按钮，或直接输入' },
  file: { placeholder: '点“选文件”上传，或直接输入' },
  confirm: { placeholder: '点“确认”，或直接说要改哪一项' },
}
const PLAIN = { placeholder: '请输入您的问题' }

export class Composer {
  constructor(parts, onSend) {
    this.parts = parts
    this.onSend = onSend
    const { form, say, pickdate, date, keys } = parts
    form.addEventListener('submit', (event) => { event.preventDefault(); this.#submit() })
    // Keep the keyboard of a phone open: the button must not take the focus from the field.
    form.querySelector('.send').addEventListener('pointerdown', (event) => event.preventDefault())
    say.addEventListener('keydown', (event) => this.#key(event))
    say.addEventListener('input', () => this.#fit())
    pickdate.addEventListener('click', () => { date.showPicker ? date.showPicker() : date.focus() })
    date.addEventListener('change', () => this.#fill(spoken(date.value)))
    keys.addEventListener('click', () => this.#swapKeys())
    this.suit(null)
  }

  // `input`: {slot, kind} of the last message of the bot, or null.
  suit(input) {
    const kind = input?.kind ?? 'text'
    if (kind === this.kind) return
    this.kind = kind
    const hint = HINTS[kind] ?? PLAIN
    const { say, pick, keys, date } = this.parts
    say.placeholder = hint.placeholder
    say.inputMode = hint.mode ?? 'text'
    say.autocomplete = hint.autocomplete ?? 'off'
    // A customer may always answer with a sentence: digits-only keyboards get a way out.
    keys.hidden = !hint.mode || !matchMedia('(pointer: coarse)').matches
    keys.textContent = '文字键盘'
    pick.hidden = !hint.picker
    if (hint.picker) {
      date.type = hint.picker
      date.value = ''
      this.parts.pickdate.textContent = hint.picker === 'date' ? '选日期' : '选时间'
    }
  }

  focus() {
    this.parts.say.focus({ preventScroll: true })
  }

  // Puts a text back that could not be sent as it is.
  restore(text) {
    this.#fill(text)
  }

  #key(event) {
    // While an input method composes, Enter picks a candidate; Safari tells only by the key code.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    if (!event.repeat) this.#submit()
  }

  #submit() {
    const text = this.parts.say.value.replace(UNSEEN, '').trim()
    if (!text || [...text].length > LIMIT) return
    this.#fill('')
    this.onSend(text)
  }

  #fill(text) {
    this.parts.say.value = text
    this.#fit()
    if (text) this.focus()
  }

  #fit() {
    const { say, count, form } = this.parts
    say.style.height = 'auto'
    say.style.height = `${say.scrollHeight}px`
    const length = [...say.value.trim()].length
    count.hidden = length < NEAR
    count.textContent = length > LIMIT ? `超出 ${length - LIMIT} 字，请分几次发送` : `${length}/${LIMIT}`
    count.classList.toggle('over', length > LIMIT)
    form.querySelector('.send').disabled = length > LIMIT
  }

  #swapKeys() {
    const { say, keys } = this.parts
    const digits = say.inputMode !== 'text'
    say.inputMode = digits ? 'text' : HINTS[this.kind].mode
    keys.textContent = digits ? '数字键盘' : '文字键盘'
    say.blur()
    say.focus()
  }
}

// 2026-11-23T08:20 -> 2026年11月23日 8:20
function spoken(value) {
  const [, year, month, date, hour, minute] = /^(\d+)-(\d+)-(\d+)(?:T(\d+):(\d+))?/.exec(value) || []
  if (!year) return ''
  return `${year}年${Number(month)}月${Number(date)}日${hour ? ` ${Number(hour)}:${minute}` : ''}`
}
