// The trainers' list by keyboard: one key for each thing that is done to the sentence in hand.

const page = document.querySelector('[data-training]')
const rows = [...page.querySelectorAll('[data-item]')]
const problem = page.querySelector('[data-problem]')
const picker = page.querySelector('[data-picker]')
const typed = picker.querySelector('[data-typed]')
const found = picker.querySelector('ul')
const done = [] // rows in the order in which something was done to them
let current = null
let sent = 0

const example = (row) => row.querySelector('[name="example"]')
const names = (kind) => [...page.querySelectorAll(`[data-kind="${kind}"] li`)]
const named = (value) => names('intent').find((one) => one.dataset.value === value)?.textContent ?? value

function say(sentence) {
  problem.textContent = sentence
  problem.hidden = !sentence
}

function take(row) {
  if (!row) return
  current?.classList.remove('current')
  current = row
  row.classList.add('current')
  row.focus()
}

function step(by) {
  const place = rows.indexOf(current) + by
  take(rows[Math.max(0, Math.min(rows.length - 1, place))])
}

// The next one that nothing was done to.
function goOn() {
  const left = rows.slice(rows.indexOf(current) + 1).find((row) => !row.classList.contains('over'))
  if (left) take(left)
  else current.focus()
}

async function send(row, deed, fields = {}) {
  say('')
  if (row.dataset.busy) return false
  row.dataset.busy = '1'
  sent += 1
  const body = new URLSearchParams({ csrf: page.dataset.csrf, form_id: `${page.dataset.form}${sent}`, quiet: '1', ...fields })
  try {
    const response = await fetch(`/desk/training/${row.dataset.item}/${deed}`, { method: 'POST', body })
    if (response.status === 204) return true
    const answer = new DOMParser().parseFromString(await response.text(), 'text/html')
    say(answer.querySelector('.alert')?.textContent ?? '没有存上，请重新登录后再试。')
  } catch {
    say('网络不通，没有收到确认，请再按一次。')
  } finally {
    delete row.dataset.busy
  }
  return false
}

async function act(deed, fields, words) {
  const row = current
  if (!row || row.classList.contains('over')) return
  if (!(await send(row, deed, fields))) return
  row.classList.add('over')
  row.querySelector('.did').textContent = words
  done.push(row)
  if (row === current) goOn()
}

async function undo() {
  const row = done.at(-1) ?? current
  if (!row || !(await send(row, 'undo'))) return
  done.splice(done.indexOf(row) >>> 0, 1)
  row.classList.remove('over')
  row.querySelector('.did').textContent = '已撤销'
  take(row)
}

// Typed search over Chinese names, pinyin and initials; Enter takes the first.
function pick(kind) {
  const fill = () => {
    const words = typed.value.trim().toLowerCase()
    const fitting = names(kind).filter((one) => one.dataset.keys.includes(words)).slice(0, 8)
    const offered = fitting.map((one) => ({ value: one.dataset.value, words: `${one.textContent} ${one.dataset.value}` }))
    if (kind === 'intent' && words && !fitting.some((one) => one.textContent === words)) offered.push({ value: `new:${typed.value.trim()}`, words: `新意图：${typed.value.trim()}` })
    found.replaceChildren(...offered.map(({ value, words: shown }) => {
      const [item, button] = [document.createElement('li'), document.createElement('button')]
      button.type = 'button'
      button.value = value
      button.textContent = shown
      item.append(button)
      return item
    }))
  }
  return new Promise((answer) => {
    const choose = (value) => picker.close(value)
    const onKey = (event) => {
      if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return
      event.preventDefault()
      const first = document.activeElement.matches('[data-picker] button') ? document.activeElement : found.querySelector('button')
      if (first) choose(first.value)
    }
    const onClick = (event) => event.target.matches('button') && choose(event.target.value)
    typed.value = ''
    picker.returnValue = ''
    fill()
    typed.addEventListener('input', fill)
    picker.addEventListener('keydown', onKey)
    found.addEventListener('click', onClick)
    picker.addEventListener('close', () => {
      typed.removeEventListener('input', fill)
      picker.removeEventListener('keydown', onKey)
      found.removeEventListener('click', onClick)
      answer(picker.returnValue)
    }, { once: true })
    picker.showModal()
    typed.focus()
  })
}

async function relabel() {
  const row = current
  const value = row && !row.classList.contains('over') ? await pick('intent') : ''
  if (!value) return
  const label = value.startsWith('new:') ? { new_intent: value.slice(4) } : { intent: value }
  take(row)
  await act('propose', { ...label, example: example(row).value }, `已提出：${label.new_intent ? `新意图 ${label.new_intent}` : named(value)}`)
}

// What is selected in the sentence, marked as an entity: [发票](document).
async function mark() {
  const field = current && example(current)
  if (!field || field.selectionStart === field.selectionEnd) {
    say('先在下面的训练句子里选中几个字，再按 m。')
    return
  }
  say('')
  const [start, end] = [field.selectionStart, field.selectionEnd]
  const type = await pick('entity')
  if (!type) return
  const text = field.value
  field.value = `${text.slice(0, start)}[${text.slice(start, end)}](${type})${text.slice(end)}`
  field.focus()
}

async function sendBack() {
  const note = current && !current.classList.contains('over') ? window.prompt('为什么退回？') : ''
  if (note) await act('return', { note }, '已退回')
}

function edit() {
  if (!current) return
  const field = example(current)
  field.readOnly = false
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}

const isNew = () => current?.dataset.state === 'new'
const isProposed = () => current?.dataset.state === 'proposed'
const keys = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  a: () => isNew()
    ? act('accept', { example: example(current).value }, `已提出：${named(current.dataset.suggestion)}`)
    : isProposed() && act('approve', {}, '已通过'),
  r: () => isNew() && relabel(),
  m: () => isNew() && mark(),
  e: () => isNew() && edit(),
  d: () => (isNew() || isProposed()) && act('discard', {}, '不用'),
  x: () => isProposed() && sendBack(),
  u: undo,
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || picker.open) return
  const field = event.target
  if (field.matches('[name="example"]') && !field.readOnly) {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault()
    field.readOnly = true
    take(field.closest('[data-item]'))
    return
  }
  const writes = field.matches('input, select, textarea') && !field.matches('[readonly]')
  const key = keys[event.key]
  if (writes || !key || (field.matches('[readonly]') && event.shiftKey)) return
  event.preventDefault()
  key()
})

for (const row of rows) row.addEventListener('focusin', () => row !== current && takeQuietly(row))

// Where somebody has clicked, the focus stays: he may be selecting.
function takeQuietly(row) {
  current?.classList.remove('current')
  current = row
  row.classList.add('current')
}

take(rows[0])
