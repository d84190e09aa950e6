// Hears how many customers wait, on every page of the desk: a number in the bar and in the title, and a sound for a new one.
// One tab listens and tells the others: a browser opens six connections to a server at most.

const badge = document.querySelector('[data-waiting]')
const title = document.title
let offered = null // not known yet: what was offered before this page has been heard
const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('desk') : null

function show({ waiting }) {
  badge.textContent = waiting ? String(waiting) : ''
  badge.hidden = !waiting
  badge.setAttribute('aria-label', `${waiting} 位客户在等`)
  const queue = document.querySelector('[data-refresh][data-count]')
  if (queue) document.dispatchEvent(new Event('desk-waiting'))
  else document.title = waiting ? `（${waiting}）${title}` : title
}

function beep() {
  const audio = new AudioContext()
  const [tone, volume] = [audio.createOscillator(), audio.createGain()]
  tone.frequency.value = 880
  volume.gain.setValueAtTime(0.15, audio.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5)
  tone.connect(volume).connect(audio.destination)
  tone.start()
  tone.stop(audio.currentTime + 0.5)
  tone.onended = () => audio.close()
  if (audio.state === 'suspended') audio.close() // a page that nobody has touched yet may make no sound
}

function listen() {
  const source = new EventSource('/desk/live')
  source.addEventListener('waiting', (event) => {
    const news = JSON.parse(event.data)
    tabs?.postMessage(news)
    show(news)
    if (news.fresh || (offered !== null && news.offered > offered)) beep()
    offered = news.offered
  })
  // As long as this tab is open and its stream lives; one that was refused (signed out, a restart) is given up for another try.
  return new Promise((giveUp) => {
    source.addEventListener('error', () => source.readyState === EventSource.CLOSED && giveUp())
  })
}

async function keepListening() {
  for (;;) {
    if (navigator.locks) await navigator.locks.request('desk-live', listen)
    else await listen()
    await new Promise((again) => setTimeout(again, 5000))
  }
}

tabs?.addEventListener('message', (event) => show(event.data))
keepListening()
