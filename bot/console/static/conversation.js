// One conversation at the desk: follows it by long poll, sends an answer without leaving the page.

const NAMES = { customer: '客户', bot: '机器人', human: '坐席', system: '系统' }
const OWNERS = { bot: '机器人服务中', queue: '等待接手', human: '人工服务中' }
const log = document.querySelector('[data-log]')
const form = document.querySelector('[data-answer]')
const problem = document.querySelector('[data-problem]')
let last = Number(log.dataset.last)
let state = ''

function add(message) {
  if (message.seq <= last) return
  last = message.seq
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80
  const line = part('div', `line ${message.from}`)
  line.dataset.seq = message.seq
  const name = message.by ? `${NAMES[message.from]} ${message.by}` : NAMES[message.from]
  line.append(part('span', 'from', name), part('span', 'at', message.at))
  if (message.from === 'human') line.append(receipt())
  line.append(part('div', 'text', message.text))
  log.append(line)
  if (message.from === 'customer') suggest()
  if (atEnd || message.from === 'human') log.scrollTop = log.scrollHeight
}

function part(tag, className, text = '') {
  const node = document.createElement(tag)
  node.className = className
  node.textContent = text
  return node
}

function receipt() {
  const node = part('span', 'receipt')
  node.dataset.receipt = ''
  return node
}

// Of each of our words: whether the customer has looked at it, or at least his channel has taken it.
function mark({ read, delivered }) {
  for (const node of log.querySelectorAll('[data-receipt]')) {
    const seq = Number(node.closest('.line').dataset.seq)
    const words = seq <= read ? '已读' : seq <= delivered ? '已送达' : '未读'
    if (node.textContent !== words) node.textContent = words
  }
}

function say(sentence) {
  if (!problem) return
  problem.textContent = sentence
  problem.hidden = !sentence
}

async function follow() {
  for (let pause = 500; ;) {
    try {
      const response = await fetch(`${log.dataset.log}?after=${last}&wait=20&state=${state}`, { cache: 'no-store' })
      if (response.status === 401 || response.status === 404) {
        say(response.status === 401 ? '登录已过期，请重新登录。' : '会话已交还机器人。')
        return
      }
      if (!response.ok) throw new Error(response.status)
      const news = await response.json()
      news.messages.forEach(add)
      mark(news)
      state = news.state
      document.querySelector('[data-owner]').textContent = OWNERS[news.owner]
      pause = 500
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause))
      pause = Math.min(10_000, pause * 2)
    }
  }
}

async function answer(event) {
  event.preventDefault()
  const field = form.elements.text
  const button = form.querySelector('button')
  if (!field.value.trim() || button.disabled) return
  button.disabled = true
  try {
    const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    const next = page.querySelector('[data-answer] [name="form_id"]')
    if (response.ok && next) {
      field.value = ''
      form.elements.form_id.value = next.value
      say('')
    } else say(page.querySelector('.alert')?.textContent ?? '没有发出，请重新登录后再试。')
  } catch {
    // The form keeps its id: sending again cannot say it twice.
    say('网络不通，没有收到确认。请再发送一次，不会重复。')
  }
  button.disabled = false
  field.focus()
}

async function suggest() {
  const box = document.querySelector('[data-suggestions]')
  if (!box) return
  try {
    const response = await fetch(box.dataset.suggestions, { cache: 'no-store' })
    const { suggestions } = await response.json()
    box.querySelector('ul').replaceChildren(...suggestions.map(offer))
    box.hidden = !suggestions.length
  } catch {
    box.hidden = true // an answer can be written without
  }
}

function offer({ title, text }) {
  const [item, button] = [part('li', ''), part('button', '')]
  button.type = 'button'
  button.append(part('strong', '', title), part('span', 'soft', text))
  button.addEventListener('click', () => {
    form.elements.text.value = text
    form.elements.text.focus()
  })
  item.append(button)
  return item
}

log.scrollTop = log.scrollHeight
follow()
suggest()
if (form) {
  form.addEventListener('submit', answer)
  form.elements.text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    if (!event.repeat) form.requestSubmit()
  })
  form.elements.text.focus()
}
