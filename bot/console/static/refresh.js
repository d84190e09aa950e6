// Keeps a part of the page fresh: fetches the page again and swaps the part when it differs.

const part = document.querySelector('[data-refresh]')
let failed = false

async function refresh() {
  if (document.hidden) return
  try {
    const response = await fetch(part.dataset.refresh, { cache: 'no-store', headers: { 'X-Refresh': '1' } })
    if (response.redirected) location.reload()
    if (!response.ok) return
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    const fresh = page.querySelector('[data-refresh]')
    if (fresh && fresh.innerHTML !== part.innerHTML) {
      // Do not take a button away from under a finger: whoever has the focus in here keeps it.
      const focused = part.contains(document.activeElement) && document.activeElement.closest('form, a')
      const address = focused && (focused.getAttribute('action') || focused.getAttribute('href'))
      part.replaceChildren(...fresh.childNodes)
      if (address) {
        const again = part.querySelector(`form[action="${CSS.escape(address)}"] button, a[href="${CSS.escape(address)}"]`)
        again?.focus()
      }
      part.dataset.count = fresh.dataset.count
    }
    failed = false
  } catch {
    failed = true
  }
  const count = Number(part.dataset.count)
  document.title = (failed ? '（连接中断）' : count ? `（${count}）` : '') + part.dataset.title
}

setInterval(refresh, Number(part.dataset.every) * 1000)
document.addEventListener('desk-waiting', refresh)
document.addEventListener('visibilitychange', refresh)
