// Text to nodes: http(s) addresses, our own documents and service numbers become links, everything else stays text.

const DOCUMENT = /^\/api\/chat\/documents\/[A-Za-z0-9_-]{1,128}$/
const PIECES = /\/api\/chat\/documents\/[A-Za-z0-9_-]+|https?:\/\/[\x21-\x7e]+|[A-Za-z0-9*][A-Za-z0-9*-]*/g
const PHONE = /^(?:1[3-9]\d{9}|400-?\d{3}-?\d{4}|0\d{2,3}-\d{7,8})$/
const SHORT = /^(?:110|119|120|122|12378|12345|12315|95\d{3})$/
// 「保额 120 万」「等待期 120 天」 are amounts, not numbers to call.
const MEASURE = /^\s*[元天日万千百亿个份岁年月次分小时周期名人位件米公里级折倍点块户笔单条页集%％]|^[.,:：/-]\d/
const COUNTED = /(?:[第¥￥共约满]\s*|\d[.,:/])$/

export function appendText(node, text) {
  let from = 0
  for (const match of text.matchAll(PIECES)) {
    const link = linkFor(match[0], text.slice(0, match.index), text.slice(match.index + match[0].length))
    if (!link) continue
    node.append(text.slice(from, match.index), link)
    from = match.index + (link.dataset.document ?? link.textContent).length
  }
  node.append(text.slice(from))
}

function linkFor(piece, before, after) {
  if (DOCUMENT.test(piece)) return documentLink(piece)
  if (/^https?:/.test(piece)) return webLink(piece.replace(/[.,;:!?'")\]}>]+$/, ''))
  if (!PHONE.test(piece) && !(SHORT.test(piece) && !MEASURE.test(after) && !COUNTED.test(before))) return null
  return anchor(`tel:${piece.replaceAll('-', '')}`, piece)
}

// Fetched with the conversation's token, so the page follows it, not the browser.
function documentLink(path) {
  const link = anchor(path, '下载电子保单（PDF）')
  link.dataset.document = path
  return link
}

function webLink(address) {
  let url
  try {
    url = new URL(address)
  } catch {
    return null
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  const link = anchor(url.href, address)
  link.target = '_blank'
  link.rel = 'noopener noreferrer nofollow'
  return link
}

function anchor(href, text) {
  const link = document.createElement('a')
  link.href = href
  link.textContent = text
  return link
}
