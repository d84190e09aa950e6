// Tells the server up to which message of a person somebody has looked at this page: the desk shows that it was read.

export class Seen {
  // `visible()`: whether the end of the conversation can be seen right now.
  constructor(api, visible) {
    this.api = api
    this.visible = visible
    this.shown = 0 // the newest message of a person that the page has
    this.told = 0
    this.telling = false
    document.addEventListener('visibilitychange', () => this.look())
  }

  forget() {
    this.shown = 0
    this.told = 0
  }

  show(messages) {
    for (const { from, seq } of messages) if (from === 'human') this.shown = Math.max(this.shown, seq)
    this.look()
  }

  async look() {
    const { shown } = this
    if (this.telling || shown <= this.told || document.hidden || !this.visible()) return
    this.telling = true
    try {
      await this.api.saw(this.api.session, shown)
      this.told = Math.max(this.told, shown)
    } catch { /* told with the next message, or when the page comes back to the front */ }
    this.telling = false
    if (this.shown > shown) this.look()
  }
}
